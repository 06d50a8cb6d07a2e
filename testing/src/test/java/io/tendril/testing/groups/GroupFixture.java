package io.tendril.testing.groups;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorGroup;
import io.tendril.core.ReactorGroup.Spreading;
import io.tendril.testing.MemoryHost;
import io.tendril.testing.MemoryNetwork;
import io.tendril.testing.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A group on a host in memory, and clients on another one. */
final class GroupFixture {
  final MemoryNetwork network = new MemoryNetwork(7);
  final TestClock clock = network.clock();
  final MemoryHost server = network.host("server");
  final MemoryHost client = network.host("client");
  final Visits visits = new Visits();
  final List<Caller> callers = new ArrayList<>();
  final List<Throwable> refused = new ArrayList<>();
  final ReactorGroup group;

  GroupFixture(int reactors) {
    this(reactors, Spreading.FEWEST);
  }

  GroupFixture(int reactors, Spreading way) {
    group = server.group(ReactorGroup.Options.defaults().withReactors(reactors).withSpreading(way));
  }

  /** What has come of something. */
  static final class Result<T> {
    @Nullable T value;
    @Nullable Throwable failure;

    boolean isThere() {
      return value != null || failure != null;
    }

    @Nullable T orThrow() {
      if (failure != null) {
        throw new AssertionError("failed", failure);
      }
      return value;
    }
  }

  /** Asks something in the first reactor, without letting time pass. */
  <T> Result<T> ask(java.util.concurrent.Callable<Deferred<T>> question) {
    return askIn(group.first(), question);
  }

  <T> Result<T> askIn(Reactor asker, java.util.concurrent.Callable<Deferred<T>> question) {
    var result = new Result<T>();
    asker.execute(() -> {
      var _ =
          Deferred.of(question)
              .handle(
                  value -> {
                    assertThat(Reactor.current()).isSameAs(asker);
                    result.value = value;
                    return null;
                  },
                  failure -> {
                    assertThat(Reactor.current()).isSameAs(asker);
                    result.failure = failure;
                    return null;
                  });
    });
    clock.runCurrent();
    return result;
  }

  /** So many clients call, one after the other. */
  void call(int count) {
    client
        .reactor()
        .execute(() -> {
          for (int i = 0; i < count; i++) {
            var _ =
                client
                    .reactor()
                    .connect("tcp:server:80", Caller::new)
                    .thenAccept(callers::add)
                    .exceptionally(failure -> {
                      refused.add(failure);
                      return null;
                    });
          }
        });
    clock.runCurrent();
  }

  void hangUp() {
    client.reactor().execute(() -> callers.forEach(each -> each.transport.loseConnection()));
    clock.advance(Duration.ofSeconds(3));
  }

  List<Integer> open() {
    return group.connections().stream().map(ReactorGroup.Connections::open).toList();
  }
}
