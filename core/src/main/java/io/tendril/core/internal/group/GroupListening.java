package io.tendril.core.internal.group;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Outcome;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorGroup.PerShard;
import io.tendril.core.ReactorGroup.Spreading;
import io.tendril.core.endpoint.ServerEndpoint;
import io.tendril.core.internal.net.Spread;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A group listens at an endpoint: in each shard by itself, its sockets shared through a {@link
 * Spread}. Used in the thread of the group's first shard.
 */
final class GroupListening {
  private final Shard first;
  private final ServerEndpoint endpoint;
  private final PerShard<? extends ProtocolFactory<?>> factory;
  private final Spread spread;

  /** Each is used in the thread of its shard; it goes in and out there. */
  private final Map<Shard, Listener> open = new ConcurrentHashMap<>();

  private volatile @Nullable SocketAddress address;

  GroupListening(
      Shard first,
      ServerEndpoint endpoint,
      PerShard<? extends ProtocolFactory<?>> factory,
      Spreading way) {
    this.first = first;
    this.endpoint = endpoint;
    this.factory = factory;
    this.spread = new Spread(way);
  }

  /** Where it is, once it is open. From any thread. */
  SocketAddress address() {
    return Objects.requireNonNull(address);
  }

  // ---- Opening --------------------------------------------------------------------------------

  /** Opens it in one shard after the other; if one fails, those before it are closed again. */
  Deferred<GroupListening> open(List<Shard> shards) {
    Deferred<Void> opening = Deferred.done();
    for (Shard shard : shards) {
      opening = opening.thenCompose(_ -> openIn(shard));
    }
    return opening
        .thenApply(_ -> {
          spread.begin();
          return this;
        })
        .exceptionallyCompose(
            failure -> close().thenCompose(_ -> Deferred.<GroupListening>failed(failure)));
  }

  private Deferred<Void> openIn(Shard shard) {
    return Question.ask(shard, () -> listen(shard));
  }

  private Deferred<Void> listen(Shard shard) throws Exception {
    ProtocolFactory<?> made =
        Objects.requireNonNull(factory.of(shard.reactor()), "a shard got no factory");
    return spread
        .part()
        .context()
        .call(() -> Deferred.of(() -> endpoint.listen(shard.reactor(), made)))
        .thenAccept(listener -> {
          open.put(shard, listener);
          if (address == null) {
            address = listener.address();
          }
        });
  }

  // ---- Shards that come and go ----------------------------------------------------------------

  /** Opens it in a new shard, which gets a socket that has lost its own one, if there is such. */
  Deferred<Void> join(Shard shard) {
    return openIn(shard)
        .thenCompose(_ -> move(spread.release(first.network(), /* spare= */ true), shard, true));
  }

  /** Closes it in a shard, whose sockets go to the first one. */
  Deferred<Void> leave(Shard shard) {
    return Question.ask(
            shard,
            () -> Deferred.succeeded(spread.release(shard.network(), /* spare= */ false)),
            GroupListening::closeAll)
        .thenCompose(moving -> move(moving, first, false))
        .exceptionally(
            IOException.class,
            failure -> {
              report("sockets that were to move to another reactor", failure);
              return null;
            })
        .thenCompose(_ -> closeIn(shard));
  }

  private Deferred<Void> move(List<Spread.Moving> moving, Shard to, boolean keeps) {
    if (moving.isEmpty()) {
      return Deferred.done();
    }
    return Question.ask(to, () -> arrive(moving, to, keeps))
        .exceptionallyCompose(
            RejectedExecutionException.class,
            failure -> {
              closeAll(moving);
              return Deferred.failed(failure);
            });
  }

  private static Deferred<Void> arrive(List<Spread.Moving> moving, Shard to, boolean keeps)
      throws IOException {
    IOException failed = null;
    for (Spread.Moving each : moving) {
      try {
        each.into(to.network(), keeps);
      } catch (IOException e) {
        failed = e;
      }
    }
    return failed == null ? Deferred.done() : Deferred.failed(failed);
  }

  private static void closeAll(List<Spread.Moving> moving) {
    moving.forEach(Spread.Moving::close);
  }

  // ---- Listeners ------------------------------------------------------------------------------

  /** Something to do with the listener of a shard. */
  @FunctionalInterface
  interface Doing {
    Deferred<Void> with(Listener listener) throws Exception;
  }

  /** Does something with each listener, in its thread. One that fails keeps no other from it. */
  Deferred<Void> each(Doing doing) {
    List<Deferred<Void>> all =
        List.copyOf(open.keySet()).stream()
            .map(shard -> Question.ask(shard, () -> doWith(open.get(shard), doing)))
            .toList();
    return Deferred.settle(all).thenAccept(GroupListening::throwFirst);
  }

  Deferred<Void> close() {
    List<Deferred<Void>> all = List.copyOf(open.keySet()).stream().map(this::closeIn).toList();
    return Deferred.settle(all).thenAccept(GroupListening::throwFirst);
  }

  /** Closes it in one shard; what waits for that goes to the others. */
  Deferred<Void> closeIn(Shard shard) {
    return Question.ask(shard, () -> doWith(open.remove(shard), Listener::close));
  }

  private static Deferred<Void> doWith(@Nullable Listener listener, Doing doing) throws Exception {
    return listener == null ? Deferred.done() : doing.with(listener);
  }

  /** That a shard has stopped is the end of its listener, and no failure. */
  private static void throwFirst(List<Outcome<Void>> outcomes) throws Exception {
    for (Outcome<Void> outcome : outcomes) {
      if (outcome instanceof Outcome.Failure<Void>(var cause)
          && !(cause instanceof RejectedExecutionException)) {
        throw cause instanceof Exception exception ? exception : new IllegalStateException(cause);
      }
    }
  }

  private void report(String what, Throwable failure) {
    Reactor reactor = first.reactor();
    reactor.report(new ReactorEvent.CallFailed(what, failure));
  }
}
