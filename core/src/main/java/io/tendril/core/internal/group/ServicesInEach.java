package io.tendril.core.internal.group;

import io.tendril.core.Deferred;
import io.tendril.core.Outcome;
import io.tendril.core.ReactorGroup.PerShard;
import io.tendril.core.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A service that starts in several shards: in all, or in none. Used in the first one's thread. */
final class ServicesInEach {
  private final PerShard<? extends Service> maker;

  /** Each is used in the thread of its shard. */
  private final Map<Shard, Service> made = new ConcurrentHashMap<>();

  ServicesInEach(PerShard<? extends Service> maker) {
    this.maker = maker;
  }

  /** Starts it in all; fails with the first failure, when it has been stopped where it started. */
  Deferred<Void> start(List<Shard> shards) {
    List<Deferred<Void>> starting = new ArrayList<>();
    for (Shard shard : shards) {
      starting.add(Question.ask(shard, () -> startIn(shard)));
    }
    return Deferred.settle(starting)
        .thenCompose(outcomes -> {
          for (Outcome<Void> outcome : outcomes) {
            if (outcome instanceof Outcome.Failure<Void>(var cause)) {
              return stop().thenCompose(_ -> Deferred.failed(cause));
            }
          }
          return Deferred.done();
        });
  }

  private Deferred<Void> startIn(Shard shard) throws Exception {
    Service service = maker.of(shard.reactor());
    made.put(shard, service);
    return shard.start(service);
  }

  private Deferred<Void> stop() {
    List<Deferred<Void>> stopping = new ArrayList<>();
    made.forEach(
        (shard, service) -> stopping.add(Question.ask(shard, () -> shard.remove(service))));
    return Deferred.settle(stopping).thenRun(() -> {});
  }
}
