package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.Seen;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** D10: several at once. */
class GatherTest {
  private final List<Object> log = new ArrayList<>();
  private final List<Promise<String>> promises = new ArrayList<>();
  private ManualReactor reactor;

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
    for (int i = 0; i < 3; i++) {
      int index = i;
      Promise<String> promise = Promise.create();
      promises.add(promise.onCancel(() -> log.add(index)));
    }
  }

  @AfterEach
  void close() {
    reactor.close();
    assertThat(reactor.events).isEmpty();
  }

  private List<Deferred<String>> deferreds() {
    return promises.stream().map(Promise::deferred).toList();
  }

  // ---- gather ---------------------------------------------------------------------------------

  @Test
  void d10GatherGivesAllValuesInInputOrder() {
    Seen<List<String>> seen = Seen.of(Deferred.gather(deferreds()));
    promises.get(2).succeed("c");
    promises.get(0).succeed("a");
    assertThat(seen.nothing()).isTrue();
    promises.get(1).succeed(null);
    assertThat(seen.value()).containsExactly("a", null, "c");
  }

  @Test
  void d10GatherFailsAtTheFirstFailureWithItsIndex() {
    Seen<List<String>> seen = Seen.of(Deferred.gather(deferreds()));
    var failure = new IOException("b");
    promises.get(1).fail(failure);
    assertThat(seen.failure(Deferred.GatherFailed.class).index()).isOne();
    assertThat(seen.failure(Deferred.GatherFailed.class)).hasCause(failure);
  }

  @Test
  void d10GatherDoesNotCancelTheRestAndConsumesLaterFailures() {
    Seen<List<String>> seen = Seen.of(Deferred.gather(deferreds()));
    promises.get(0).fail(new IOException("a"));
    assertThat(log).isEmpty();
    promises.get(1).fail(new IOException("b"));
    promises.get(2).succeed("c");
    assertThat(seen.failure(Deferred.GatherFailed.class).index()).isZero();
    reactor.reportUnhandled();
    assertThat(reactor.events).isEmpty();
  }

  @Test
  void d10GatherOfWhatIsThere() {
    assertThat(
            Seen.of(Deferred.gather(List.of(Deferred.succeeded(1), Deferred.succeeded(2)))).value())
        .containsExactly(1, 2);
    assertThat(Seen.of(Deferred.gather(List.<Deferred<String>>of())).value()).isEmpty();
  }

  @Test
  void d10CancellingAGatherCancelsWhatIsLeft() {
    Deferred<List<String>> all = Deferred.gather(deferreds());
    Seen<List<String>> seen = Seen.of(all);
    promises.get(1).succeed("b");
    all.cancel();
    assertThat(log).containsExactly(0, 2);
    assertThat(seen.failure(CancellationException.class)).isNotNull();
  }

  @Test
  void d10AGatherTakesItsInputsOver() {
    Deferred<List<String>> all = Deferred.gather(deferreds());
    assertThatThrownBy(() -> promises.get(0).deferred().thenAccept(log::add))
        .isInstanceOf(IllegalStateException.class);
    all.cancel();
  }

  @Test
  void d10AGatherThatCannotHaveAllTakesNone() {
    Seen<String> third = Seen.of(promises.get(2).deferred());
    assertThatThrownBy(() -> Deferred.gather(deferreds()).isDone())
        .isInstanceOf(IllegalStateException.class);
    Seen<String> first = Seen.of(promises.get(0).deferred());
    promises.forEach(promise -> promise.succeed("v"));
    assertThat(first.value()).isEqualTo("v");
    assertThat(third.value()).isEqualTo("v");
  }

  @Test
  void d10AnUnhandledGatherIsReported() {
    Deferred.gather(deferreds()).thenAccept(log::add);
    promises.get(0).fail(new IOException());
    reactor.reportUnhandled();
    assertThat(reactor.events).hasSize(1);
    reactor.events.clear();
  }

  // ---- settle ---------------------------------------------------------------------------------

  @Test
  void d10SettleGivesAllOutcomes() {
    Seen<List<Outcome<String>>> seen = Seen.of(Deferred.settle(deferreds()));
    var failure = new IOException("b");
    promises.get(1).fail(failure);
    promises.get(0).succeed("a");
    assertThat(seen.nothing()).isTrue();
    promises.get(2).succeed(null);
    assertThat(seen.value())
        .containsExactly(
            new Outcome.Success<>("a"),
            new Outcome.Failure<>(failure),
            new Outcome.Success<>(null));
    assertThat(Seen.of(Deferred.settle(List.<Deferred<String>>of())).value()).isEmpty();
  }

  @Test
  void d10CancellingASettleCancelsWhatIsLeft() {
    Deferred<List<Outcome<String>>> all = Deferred.settle(deferreds());
    Seen<List<Outcome<String>>> seen = Seen.of(all);
    promises.get(0).succeed("a");
    all.cancel();
    assertThat(log).containsExactly(1, 2);
    assertThat(seen.failure(CancellationException.class)).isNotNull();
  }

  // ---- race -----------------------------------------------------------------------------------

  @Test
  void d10TheFirstSuccessWinsAndTheLosersAreCancelled() {
    Seen<String> seen = Seen.of(Deferred.race(deferreds()));
    promises.get(0).fail(new IOException("a"));
    assertThat(seen.nothing()).isTrue();
    promises.get(2).succeed("c");
    assertThat(seen.value()).isEqualTo("c");
    assertThat(log).containsExactly(1);
  }

  @Test
  void d10AllFailedIsOneFailureWithAllInInputOrder() {
    Seen<String> seen = Seen.of(Deferred.race(deferreds()));
    List<IOException> failures =
        List.of(new IOException("a"), new IOException("b"), new IOException("c"));
    for (int i : new int[] {2, 0, 1}) {
      promises.get(i).fail(failures.get(i));
    }
    assertThat(seen.failure(Deferred.RaceFailed.class).failures())
        .containsExactlyElementsOf(failures);
    assertThat(seen.failure(Deferred.RaceFailed.class))
        .hasCause(failures.get(0))
        .hasSuppressedException(failures.get(2));
  }

  @Test
  void d10ARaceOfNothingFailsAtOnce() {
    assertThat(
            Seen.of(Deferred.race(List.<Deferred<String>>of()))
                .failure(Deferred.RaceFailed.class)
                .failures())
        .isEmpty();
  }

  @Test
  void d10ARaceWithAWinnerAtHandCancelsAllOthers() {
    promises.get(1).succeed("b");
    assertThat(Seen.of(Deferred.race(deferreds())).value()).isEqualTo("b");
    assertThat(log).containsExactly(0, 2);
  }

  @Test
  void d10CancellingARaceCancelsAll() {
    Deferred<String> race = Deferred.race(deferreds());
    Seen<String> seen = Seen.of(race);
    race.cancel();
    assertThat(log).containsExactly(0, 1, 2);
    assertThat(seen.failure(CancellationException.class)).isNotNull();
  }

  @Test
  void d10ALoserThatSucceedsAsItIsCancelledIsTooLate() {
    promises.get(0).onCancel(() -> promises.get(0).succeed("late"));
    Seen<String> seen = Seen.of(Deferred.race(deferreds()));
    promises.get(1).succeed("b");
    assertThat(seen.value()).isEqualTo("b");
  }
}
