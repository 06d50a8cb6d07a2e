package io.tendril.core.endpoint;

import io.tendril.core.Addresses;
import io.tendril.core.ConnectFailed;
import io.tendril.core.Deadline;
import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Refusal;
import io.tendril.core.Transport;
import io.tendril.core.internal.Waited;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connects to a name by whichever of its addresses answers first (RFC 8305). One object connects
 * once.
 *
 * <pre>
 *   LOOKING    no attempt yet; an IPv4 address waits for 50 ms, that an IPv6 one may still come
 *   TRYING     attempts are under way; the next begins 250 ms after the last, or when one fails
 *   CHOSEN     one is connected, the others are cancelled; it becomes the result, or its failure
 *   DONE       the promise is fired or cancelled; nothing of this is left
 * </pre>
 *
 * <p>It may get there from any state by the time limit or a cancellation.
 *
 * @param <P> the protocol
 */
final class HappyEyeballs<P extends Protocol> {
  /** The Connection Attempt Delay of RFC 8305, section 5. */
  private static final Duration STAGGER = Duration.ofMillis(250);

  /** The Resolution Delay of RFC 8305, section 3. */
  private static final Duration RESOLUTION_DELAY = Duration.ofMillis(50);

  private final Reactor reactor;
  private final TcpClientEndpoint endpoint;
  private final ProtocolFactory<P> factory;
  private final Promise<P> promise;
  private final Duration limit;

  private final AddressQueue waiting = new AddressQueue();
  private final List<Attempt> attempts = new ArrayList<>();
  private @Nullable Deferred<?> lookup;
  private @Nullable Throwable lookupFailure;
  private @Nullable DelayedCall timeLimit;
  private @Nullable DelayedCall nextAttempt;
  private @Nullable Attempt chosen;
  private boolean starting = true;
  private boolean over;
  private boolean lookedUp;
  private boolean unreachable;

  HappyEyeballs(Reactor reactor, TcpClientEndpoint endpoint, ProtocolFactory<P> factory) {
    this.reactor = reactor;
    this.endpoint = endpoint;
    this.factory = factory;
    this.promise = reactor.promise();
    this.limit = Deadline.current().remaining(endpoint.timeout());
  }

  /** One address that is or was tried. */
  private final class Attempt {
    private final String name;
    private @Nullable Deferred<?> connecting;
    private @Nullable ConnectFailed failure;

    Attempt(InetSocketAddress address) {
      this.name = endpoint.name() + " (" + Addresses.show(address) + ")";
    }

    void begin(InetSocketAddress address) {
      connecting =
          reactor
              .network()
              .connect(address, name, endpoint.settings(), limit, this::build)
              .<Void>handle(
                  protocol -> {
                    succeed(protocol);
                    return null;
                  },
                  cause -> {
                    failed(this, cause);
                    return null;
                  });
    }

    /** This one is connected: no other will be, so that one protocol is built. */
    private P build(Transport transport) throws Exception {
      if (chosen != null || over) {
        throw new Refusal("another address of " + endpoint.host() + " was faster");
      }
      chosen = this;
      cancelAllBut(this);
      return factory.build(transport);
    }

    boolean underWay() {
      return failure == null;
    }

    void cancel() {
      if (connecting != null) {
        connecting.cancel();
      }
    }
  }

  /** Begins. The Deferred is never done at once. */
  Deferred<P> connect() {
    promise.onCancel(Waited.as("a connection to " + endpoint.name(), this::stop));
    timeLimit = reactor.callLater(limit, this::timeIsUp);
    lookup =
        Deferred.of(() -> reactor.resolver().resolve(endpoint.host(), this::found))
            .<Void>handle(
                nothing -> {
                  lookupEnded(null);
                  return null;
                },
                failure -> {
                  lookupEnded(failure);
                  return null;
                });
    starting = false;
    return promise.deferred();
  }

  // ---- Addresses ------------------------------------------------------------------------------

  private void found(InetAddress address) {
    if (chosen != null || over) {
      return;
    }
    if (!Families.reaches(endpoint.settings(), address)) {
      unreachable = true;
      return;
    }
    waiting.add(address);
    if (attempts.isEmpty() && !(address instanceof Inet6Address)) {
      if (nextAttempt == null) {
        nextAttempt = reactor.callLater(RESOLUTION_DELAY, this::nextIsDue);
      }
    } else if (attempts.isEmpty() || nextAttempt == null) {
      tryNext();
    }
  }

  private void lookupEnded(@Nullable Throwable failure) {
    lookedUp = true;
    lookupFailure = failure;
    if (chosen == null && !over) {
      if (attempts.isEmpty() && !waiting.isEmpty()) {
        tryNext();
      } else {
        failIfNothingIsLeft();
      }
    }
  }

  // ---- Attempts -------------------------------------------------------------------------------

  private void nextIsDue() {
    nextAttempt = null;
    if (!waiting.isEmpty()) {
      tryNext();
    }
  }

  private void tryNext() {
    cancelNextAttempt();
    if (waiting.isEmpty()) {
      return;
    }
    nextAttempt = reactor.callLater(STAGGER, this::nextIsDue);
    var address = new InetSocketAddress(waiting.take(), endpoint.port());
    var attempt = new Attempt(address);
    attempts.add(attempt);
    attempt.begin(address);
  }

  private void succeed(P protocol) {
    if (!over) {
      stop();
      promise.succeed(protocol);
    }
  }

  private void failed(Attempt attempt, Throwable cause) {
    attempt.failure =
        cause instanceof ConnectFailed failure
            ? failure
            : new ConnectFailed.Other(attempt.name, ConnectFailed.Phase.CONNECT, cause);
    if (attempt == chosen) {
      fail(attempt.failure);
    } else if (chosen == null && !over) {
      tryNext();
      failIfNothingIsLeft();
    }
  }

  private void failIfNothingIsLeft() {
    if (lookedUp && waiting.isEmpty() && attempts.stream().noneMatch(Attempt::underWay)) {
      fail(failure());
    }
  }

  private ConnectFailed failure() {
    if (!attempts.isEmpty()) {
      return failureOfAttempts();
    }
    if (unreachable) {
      return new ConnectFailed.BindFailed(
          endpoint.name(), new BindException("the host has no address of the same family"));
    }
    return FirstAddress.explain(endpoint.name(), endpoint.host(), lookupFailure);
  }

  private ConnectFailed failureOfAttempts() {
    List<ConnectFailed> failures = new ArrayList<>();
    for (Attempt attempt : attempts) {
      failures.add(
          attempt.failure != null
              ? attempt.failure
              : timedOut(attempt.name, ConnectFailed.Phase.CONNECT));
    }
    return failures.size() == 1
        ? failures.getFirst()
        : new ConnectFailed.AllFailed(endpoint.name(), failures);
  }

  // ---- The end --------------------------------------------------------------------------------

  private void timeIsUp() {
    timeLimit = null;
    if (chosen != null) {
      fail(timedOut(chosen.name, ConnectFailed.Phase.HANDSHAKE));
    } else if (attempts.isEmpty()) {
      fail(timedOut(endpoint.name(), ConnectFailed.Phase.RESOLVE));
    } else {
      fail(failureOfAttempts());
    }
  }

  private ConnectFailed timedOut(String name, ConnectFailed.Phase phase) {
    return new ConnectFailed.TimedOut(name, phase, limit);
  }

  private void fail(ConnectFailed failure) {
    if (starting) {
      reactor.callLater(Duration.ZERO, () -> fail(failure));
    } else if (!over) {
      stop();
      promise.fail(failure);
    }
  }

  /** Ends everything that is under way. What it has to say from here on is not heard. */
  private void stop() {
    over = true;
    if (timeLimit != null) {
      timeLimit.cancel();
      timeLimit = null;
    }
    cancelAllBut(null);
  }

  private void cancelAllBut(@Nullable Attempt winner) {
    cancelNextAttempt();
    if (lookup != null) {
      lookup.cancel();
    }
    for (Attempt attempt : attempts) {
      if (attempt != winner) {
        attempt.cancel();
      }
    }
  }

  private void cancelNextAttempt() {
    if (nextAttempt != null) {
      nextAttempt.cancel();
      nextAttempt = null;
    }
  }
}
