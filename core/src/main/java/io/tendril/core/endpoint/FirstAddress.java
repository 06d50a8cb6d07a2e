package io.tendril.core.endpoint;

import io.tendril.core.ConnectFailed;
import io.tendril.core.Deadline;
import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The first address that a resolver finds and that can be reached; the lookup ends with it. */
final class FirstAddress {
  private final Reactor reactor;
  private final String host;
  private final String name;
  private final Duration limit;
  private final @Nullable InetSocketAddress bind;
  private final Promise<InetAddress> promise;
  private @Nullable Deferred<?> lookup;
  private boolean over;

  /**
   * A lookup.
   *
   * @param name what failures call the peer
   * @param bind where the socket will be bound
   */
  FirstAddress(
      Reactor reactor, String host, String name, Duration limit, @Nullable InetSocketAddress bind) {
    this.reactor = reactor;
    this.host = host;
    this.name = name;
    this.limit = Deadline.current().remaining(limit);
    this.bind = bind;
    this.promise = reactor.promise();
  }

  /** Looks it up. Fails with {@link ConnectFailed}. */
  Deferred<InetAddress> find() {
    promise.onCancel(() -> {
      over = true;
      stop();
    });
    lookup =
        Deferred.of(() -> reactor.resolver().resolve(host, this::found))
            .<Void>handle(nothing -> ended(null), this::ended);
    if (over) {
      stop();
    }
    return promise
        .deferred()
        .orTimeout(limit, "the addresses of " + host)
        .exceptionallyCompose(TimeoutException.class, timeout -> Deferred.failed(timedOut()));
  }

  private void found(InetAddress address) {
    if (!over && Families.reaches(bind, address)) {
      over = true;
      stop();
      promise.succeed(address);
    }
  }

  private @Nullable Void ended(@Nullable Throwable failure) {
    if (!over) {
      over = true;
      promise.fail(failure instanceof TimeoutException ? timedOut() : explain(name, host, failure));
    }
    return null;
  }

  private void stop() {
    if (lookup != null) {
      lookup.cancel();
    }
  }

  private ConnectFailed timedOut() {
    return new ConnectFailed.TimedOut(name, ConnectFailed.Phase.RESOLVE, limit);
  }

  /** Why a lookup has found nothing. */
  static ConnectFailed explain(String name, String host, @Nullable Throwable failure) {
    return switch (failure) {
      case null -> new ConnectFailed.UnknownHost(name, new UnknownHostException(host));
      case UnknownHostException unknown -> new ConnectFailed.UnknownHost(name, unknown);
      default -> new ConnectFailed.Other(name, ConnectFailed.Phase.RESOLVE, failure);
    };
  }
}
