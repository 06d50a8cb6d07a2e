package io.tendril.core;

import io.tendril.core.endpoint.ClientEndpoint;
import io.tendril.core.endpoint.Endpoints;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a connection: connects while it runs, and again when the connection is lost or could not be
 * made, after a delay that grows with each failure.
 *
 * <pre>{@code
 * var uplink = ClientService.of("tcp:uplink.example:7000", Uplink::new);
 * uplink.runIn(reactor);
 * uplink.whenConnected().thenAccept(up -> up.report("here I am"));
 * }</pre>
 *
 * <p>It is in service as soon as it has begun to connect: a program can start before the other side
 * has. Each failure is reported to the observers, as {@link Retrying}. Used in the reactor's
 * thread.
 *
 * <pre>
 *   STOPPED --start--> CONNECTING --success--> CONNECTED
 *                        ^     |                  |
 *                        |   failure            lost
 *                        |     v                  |
 *                       WAITING  <----------------+
 *
 *   any --stop--> STOPPED, of CONNECTED by way of STOPPING: until the connection has ended
 * </pre>
 *
 * @param <P> the protocol
 */
public final class ClientService<P extends Protocol> implements Service {
  private final ClientEndpoint endpoint;
  private final ProtocolFactory<P> factory;
  private final Backoff backoff;

  private State state = State.STOPPED;
  private boolean everStarted;
  private @Nullable Reactor reactor;
  private @Nullable Deferred<?> connecting;
  private @Nullable DelayedCall retry;
  private @Nullable Link<P> link;
  private int failures;
  private final List<Waiter<P>> waiters = new ArrayList<>();
  private final List<Promise<Void>> stopping = new ArrayList<>();

  private enum State {
    STOPPED,
    CONNECTING,
    CONNECTED,
    WAITING,
    STOPPING
  }

  /** A connection that was made, and whether it is gone. */
  private static final class Link<P> {
    private final Transport transport;
    private @Nullable P protocol;

    /** Why it is gone, once it is. */
    private @Nullable Throwable closed;

    Link(Transport transport) {
      this.transport = transport;
    }
  }

  /** Somebody who waits for a connection, for so many failures at most. */
  private static final class Waiter<P> {
    private final Promise<P> promise;
    private int failuresLeft;

    Waiter(Promise<P> promise, int failuresLeft) {
      this.promise = promise;
      this.failuresLeft = failuresLeft;
    }
  }

  /**
   * How long to wait before the next attempt: {@code first} times {@code factor} to the power of
   * the failures in a row, no more than {@code most}, and a random part of that again, so that many
   * clients of one server do not come back all at once.
   *
   * @param first after a connection was lost; 1 s by default
   * @param factor 1.5 by default
   * @param most 60 s by default
   * @param jitter the largest random part that is added, as a share of the delay; 0.25 by default
   */
  public record Backoff(Duration first, double factor, Duration most, double jitter) {
    private static final Backoff DEFAULTS =
        new Backoff(Duration.ofSeconds(1), 1.5, Duration.ofSeconds(60), 0.25);

    /** Checks that delays do not shrink. */
    public Backoff {
      if (first.isNegative()
          || first.isZero()
          || most.compareTo(first) < 0
          || !(factor >= 1)
          || !(jitter >= 0)) {
        throw new IllegalArgumentException(
            "a backoff of " + first + " times " + factor + " up to " + most + " and " + jitter);
      }
    }

    /** The defaults. */
    public static Backoff defaults() {
      return DEFAULTS;
    }

    /**
     * The delay before the next attempt.
     *
     * @param failures how many attempts have failed since there was a connection
     */
    public Duration delay(int failures, RandomGenerator random) {
      double nanos =
          Math.min(first.toNanos() * Math.pow(factor, failures), (double) most.toNanos());
      return Duration.ofNanos((long) (nanos + nanos * jitter * random.nextDouble()));
    }
  }

  /**
   * A connection was lost or could not be made, and will be tried again.
   *
   * @param service the name of the service
   * @param failure why
   * @param failures how many attempts have failed since there was a connection
   * @param delay until the next attempt
   */
  public record Retrying(String service, Throwable failure, int failures, Duration delay)
      implements ReactorEvent {}

  private ClientService(ClientEndpoint endpoint, ProtocolFactory<P> factory, Backoff backoff) {
    this.endpoint = endpoint;
    this.factory = factory;
    this.backoff = backoff;
  }

  /**
   * A service that keeps a connection to an endpoint: {@code tcp:example.org:7000}.
   *
   * @throws io.tendril.core.endpoint.EndpointSyntax if the endpoint cannot be read
   */
  public static <P extends Protocol> ClientService<P> of(
      String endpoint, ProtocolFactory<P> factory) {
    return of(Endpoints.client(endpoint), factory);
  }

  /** A service that keeps a connection to an endpoint. */
  public static <P extends Protocol> ClientService<P> of(
      ClientEndpoint endpoint, ProtocolFactory<P> factory) {
    return new ClientService<>(endpoint, factory, Backoff.defaults());
  }

  /** Another service to the same endpoint, with other delays. */
  public ClientService<P> withBackoff(Backoff newBackoff) {
    return new ClientService<>(endpoint, factory, newBackoff);
  }

  @Override
  public String name() {
    return endpoint.toString();
  }

  // ---- The connection -------------------------------------------------------------------------

  /**
   * The connection that there is, or the next one. Fails with a CancellationException when the
   * service is stopped. Cancelling stops the waiting and nothing else.
   */
  public Deferred<P> whenConnected() {
    return whenConnected(Integer.MAX_VALUE);
  }

  /**
   * The connection that there is, or the next one; but after so many failed attempts from now on,
   * the last failure.
   *
   * @param mostFailures at least 1
   */
  public Deferred<P> whenConnected(int mostFailures) {
    if (mostFailures < 1) {
      throw new IllegalArgumentException("to fail after " + mostFailures + " failures");
    }
    if (state == State.CONNECTED && link != null) {
      return Deferred.succeeded(link.protocol);
    }
    if (state == State.STOPPING || (state == State.STOPPED && everStarted)) {
      return Deferred.failed(stopped());
    }
    Promise<P> promise = Promise.create();
    var waiter = new Waiter<>(promise, mostFailures);
    waiters.add(waiter);
    promise.onCancel(() -> waiters.remove(waiter));
    return promise.deferred();
  }

  private CancellationException stopped() {
    return new CancellationException("the client service " + name() + " was stopped");
  }

  // ---- Life -----------------------------------------------------------------------------------

  @Override
  public Deferred<Void> start(Reactor newReactor) {
    if (state != State.STOPPED) {
      return Deferred.failed(new IllegalStateException(name() + " is started already"));
    }
    reactor = newReactor;
    everStarted = true;
    failures = 0;
    attempt(newReactor);
    return Deferred.done();
  }

  @Override
  public Deferred<Void> stop() {
    boolean again = state == State.STOPPING;
    state = State.STOPPED;
    if (retry != null) {
      retry.cancel();
      retry = null;
    }
    if (connecting != null) {
      connecting.cancel();
      connecting = null;
    }
    Deferred<Void> ended = endLink(again);
    List<Waiter<P>> all = List.copyOf(waiters);
    waiters.clear();
    all.forEach(waiter -> waiter.promise.fail(stopped()));
    return ended;
  }

  private Deferred<Void> endLink(boolean again) {
    Link<P> open = link;
    if (open == null || open.closed != null) {
      return Deferred.done();
    }
    state = State.STOPPING;
    if (!again) {
      open.transport.loseConnection();
    }
    Promise<Void> promise = Promise.create();
    stopping.add(promise);
    return promise.deferred();
  }

  private void attempt(Reactor here) {
    state = State.CONNECTING;
    connecting =
        here.connect(endpoint, this::build)
            .thenAccept(protocol -> connected(here, protocol))
            .exceptionally(failure -> {
              failed(here, failure);
              return null;
            });
  }

  private P build(Transport transport) throws Exception {
    var made = new Link<P>(transport);
    link = made;
    transport.onClosed(reason -> closed(made, reason));
    return factory.build(transport);
  }

  private void connected(Reactor here, P protocol) {
    Link<P> made = link;
    if (state != State.CONNECTING || made == null) {
      return;
    }
    connecting = null;
    if (made.closed != null) {
      failed(here, made.closed);
      return;
    }
    failures = 0;
    state = State.CONNECTED;
    made.protocol = protocol;
    List<Waiter<P>> all = List.copyOf(waiters);
    waiters.clear();
    all.forEach(waiter -> waiter.promise.succeed(protocol));
  }

  private void failed(Reactor here, Throwable failure) {
    if (state != State.CONNECTING) {
      return;
    }
    connecting = null;
    failures++;
    retryLater(here, failure);
    for (Waiter<P> waiter : List.copyOf(waiters)) {
      if (--waiter.failuresLeft == 0 && waiters.remove(waiter)) {
        waiter.promise.fail(failure);
      }
    }
  }

  private void closed(Link<P> gone, Throwable reason) {
    gone.closed = reason;
    Reactor here = reactor;
    if (gone != link || here == null) {
      return;
    }
    if (state == State.CONNECTED) {
      retryLater(here, reason);
    } else if (state == State.STOPPING) {
      link = null;
      state = State.STOPPED;
      List<Promise<Void>> all = List.copyOf(stopping);
      stopping.clear();
      all.forEach(Promise::succeed);
    }
  }

  private void retryLater(Reactor here, Throwable failure) {
    state = State.WAITING;
    link = null;
    Duration delay = backoff.delay(failures, here.random());
    retry =
        here.callLater(
            delay,
            () -> {
              retry = null;
              attempt(here);
            });
    here.report(new Retrying(name(), failure, failures, delay));
  }
}
