package io.tendril.core;

import io.tendril.core.endpoint.Endpoints;
import io.tendril.core.endpoint.ServerEndpoint;

/**
 * Something that starts and stops: a server, a client that reconnects, a poller. Used in the
 * reactor's thread.
 *
 * <pre>{@code
 * Reactor.run(reactor -> Service.listening("tcp:8007", Echo::new).runIn(reactor));
 * }</pre>
 */
public interface Service {
  /** What it is called, unique within its {@link ServiceGroup}. */
  default String name() {
    return getClass().getSimpleName();
  }

  /**
   * What needs privileges: opening low ports. All services of a group do this before any starts.
   */
  default Deferred<Void> privilegedStart(Reactor reactor) {
    return Deferred.done();
  }

  /** Starts; the Deferred fires when it is in service. Cancelling gives up. */
  Deferred<Void> start(Reactor reactor);

  /** Stops; the Deferred fires when all is ended. Safe to call when it did not start, and again. */
  Deferred<Void> stop();

  /**
   * Runs this for as long as a reactor runs: both phases of the start now, and the stop, awaited,
   * when the reactor shuts down.
   */
  default Deferred<Void> runIn(Reactor reactor) {
    reactor.beforeStop(name(), this::stop);
    return Deferred.of(() -> privilegedStart(reactor)).thenCompose(nothing -> start(reactor));
  }

  /** The same service under another name. */
  default Service named(String name) {
    return new NamedService(name, this);
  }

  /**
   * A service that listens at an endpoint while it runs.
   *
   * @throws io.tendril.core.endpoint.EndpointSyntax if the endpoint cannot be read
   */
  static Service listening(String endpoint, ProtocolFactory<?> factory) {
    return listening(Endpoints.server(endpoint), factory);
  }

  /**
   * A service that listens at an endpoint while it runs. It is called as the endpoint is written.
   */
  static Service listening(ServerEndpoint endpoint, ProtocolFactory<?> factory) {
    return new ListeningService(endpoint, factory);
  }
}
