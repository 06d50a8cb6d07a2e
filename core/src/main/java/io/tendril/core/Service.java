package io.tendril.core;

/**
 * Something that starts and stops: a server, a client that reconnects, a poller. Used in the
 * reactor's thread.
 */
public interface Service {
  /** What it is called, unique within its {@link ServiceGroup}. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** What needs privileges: opening low ports. All services of a group do this before any starts. */
  default Deferred<Void> privilegedStart(Reactor reactor) {
    return Deferred.done();
  }

  /** Starts; the Deferred fires when it is in service. */
  Deferred<Void> start(Reactor reactor);

  /** Stops; the Deferred fires when all is ended. Safe to call when it did not start. */
  Deferred<Void> stop();

  /** A service that listens at an endpoint while it runs. */
  static Service listening(String endpoint, ProtocolFactory<?> factory) {
    return new ListeningService(endpoint, factory);
  }
}
