package io.tendril.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SupervisionTest {
  private static final Supervision.Times TIMES =
      new Supervision.Times(
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(25));

  private final List<String> orders = new ArrayList<>();
  private long now = 1_000_000;
  private final Supervision workers = group(2);

  private Supervision group(int count) {
    return new Supervision(
        count,
        TIMES,
        RestartLimits.defaults(),
        new Supervision.Orders() {
          @Override
          public void start(int place, long worker) {
            orders.add("start " + worker + " at " + place);
          }

          @Override
          public void retire(long worker) {
            orders.add("retire " + worker);
          }

          @Override
          public void end(long worker) {
            orders.add("end " + worker);
          }

          @Override
          public void kill(long worker) {
            orders.add("kill " + worker);
          }

          @Override
          public void tell(WorkerEvent event) {
            if (event.isFailure()) {
              orders.add("told " + event);
            }
          }

          @Override
          public void started(String failure) {
            orders.add(failure == null ? "started" : "not started: " + failure);
          }

          @Override
          public void restarted(String failure) {
            orders.add(failure == null ? "restarted" : "not restarted: " + failure);
          }

          @Override
          public void over(String failure) {
            orders.add(failure == null ? "over" : "over: " + failure);
          }
        });
  }

  private List<String> orders() {
    List<String> all = List.copyOf(orders);
    orders.clear();
    return all;
  }

  private void pass(Duration time) {
    now += time.toNanos();
    workers.passed(now);
  }

  /** Time goes to the next deadline; which is this far away. */
  private Duration passToDeadline() {
    var time = Duration.ofNanos(workers.deadline() - now);
    pass(time);
    return time;
  }

  private void serves(long worker) {
    workers.runs(worker, 100 + worker);
    workers.serves(worker, now);
  }

  private void bothServe() {
    workers.start(now);
    serves(1);
    serves(2);
    orders.clear();
  }

  private void dies(long worker) {
    workers.ended(worker, "exit status 3", now);
  }

  // ---- The start ------------------------------------------------------------------------------

  @Test
  void startsAllAndIsStartedWhenAllServe() {
    workers.start(now);
    assertThat(orders()).containsExactly("start 1 at 1", "start 2 at 2");
    serves(2);
    assertThat(orders()).isEmpty();
    serves(1);
    assertThat(orders()).containsExactly("started");
  }

  @Test
  void oneThatEndsBeforeItServesFailsTheStart() {
    workers.start(now);
    serves(2);
    workers.runs(1, 101);
    orders.clear();
    dies(1);
    assertThat(orders())
        .containsExactly(
            "told worker 1 (process 101) has died: exit status 3",
            "not started: worker 1: exit status 3 before it served",
            "end 2");
    workers.ended(2, "exit status 0", now);
    assertThat(orders()).containsExactly("over: worker 1: exit status 3 before it served");
  }

  @Test
  void oneThatCannotBeStartedFailsTheStart() {
    workers.start(now);
    orders.clear();
    workers.ended(1, "no such program", now);
    assertThat(orders())
        .containsExactly(
            "told worker 1 could not be started: no such program",
            "not started: worker 1: no such program before it served",
            "end 2");
  }

  @Test
  void oneThatDoesNotServeInTimeIsKilledAndFailsTheStart() {
    workers.start(now);
    serves(2);
    workers.runs(1, 101);
    orders.clear();
    for (int i = 0; i < 60; i++) {
      pass(Duration.ofSeconds(1));
      workers.lives(2, now);
    }
    assertThat(orders()).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(orders())
        .containsExactly(
            "told worker 1 (process 101) is killed: it did not serve within 60 s", "kill 1");
    workers.ended(1, "ended by SIGKILL", now);
    assertThat(orders())
        .contains(
            "not started: worker 1: ended by SIGKILL, as it did not serve within 60 s before it"
                + " served");
  }

  // ---- Deaths ---------------------------------------------------------------------------------

  @Test
  void oneThatDiesIsReplacedAtOnce() {
    bothServe();
    dies(1);
    assertThat(orders())
        .containsExactly("told worker 1 (process 101) has died: exit status 3", "start 3 at 1");
  }

  @Test
  void thoseThatDieAgainAndAgainWaitLongerEachTime() {
    bothServe();
    dies(1);
    List<Duration> waits = new ArrayList<>();
    for (long worker = 3; worker < 8; worker++) {
      dies(worker);
      waits.add(passToDeadline());
    }
    assertThat(waits)
        .extracting(Duration::toMillis)
        .containsExactly(250L, 500L, 1000L, 2000L, 4000L);
  }

  @Test
  void oneThatHasLivedForLongDoesNotWait() {
    bothServe();
    dies(1);
    serves(3);
    for (int i = 0; i < 11; i++) {
      pass(Duration.ofSeconds(1));
      workers.lives(2, now);
      workers.lives(3, now);
    }
    orders.clear();
    dies(3);
    assertThat(orders()).contains("start 4 at 1");
  }

  @Test
  void tooManyDeathsAreTheEndOfAll() {
    bothServe();
    long last = 2;
    for (int deaths = 0; deaths < 5; deaths++) { // at both places, for the waits grow at each
      for (long worker = last - 1; worker <= last; worker++) {
        dies(worker);
      }
      pass(Duration.ofSeconds(4));
      last += 2;
    }
    orders.clear();
    dies(last - 1);
    String why = "11 workers have died within 30 s, the last of them worker 1: exit status 3";
    assertThat(orders()).contains("told gave up: " + why, "end " + last);
    workers.ended(last, "exit status 0", now);
    assertThat(orders()).containsExactly("over: " + why);
    assertThat(workers.deadline()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void deathsThatAreFarApartAreNotTooMany() {
    bothServe();
    for (long worker = 2; worker < 100; worker++) {
      dies(worker);
      pass(Duration.ofSeconds(11));
      workers.lives(1, now);
    }
    assertThat(orders()).noneMatch(order -> order.startsWith("over") || order.contains("gave up"));
  }

  // ---- Signs of life --------------------------------------------------------------------------

  @Test
  void oneThatIsSilentIsLookedAtTwiceAndKilled() {
    bothServe();
    pass(Duration.ofSeconds(9));
    workers.lives(2, now);
    pass(Duration.ofSeconds(1));
    assertThat(orders()).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(orders())
        .containsExactly(
            "told worker 1 (process 101) is killed: it gave no sign of life for 10 s", "kill 1");
    pass(Duration.ofSeconds(5));
    assertThat(orders()).isEmpty();
    workers.ended(1, "ended by SIGKILL", now);
    assertThat(orders()).contains("start 3 at 1");
  }

  @Test
  void whatWasSaidWhileTheParentStoodStillCounts() {
    bothServe();
    pass(Duration.ofHours(1)); // the parent was stopped, and its timers come before what it reads
    workers.lives(1, now);
    workers.lives(2, now);
    pass(Duration.ofSeconds(2));
    assertThat(orders()).isEmpty();
  }

  @Test
  void oneThatEndsByItselfHasTheTimeForIt() {
    bothServe();
    workers.ends(1, now);
    for (int i = 0; i < 12; i++) {
      pass(Duration.ofSeconds(2));
      workers.lives(2, now);
    }
    assertThat(orders()).isEmpty();
    workers.ended(1, "exit status 0", now);
    assertThat(orders()).contains("start 3 at 1");
  }

  // ---- Restarts -------------------------------------------------------------------------------

  @Test
  void aRestartReplacesOneAfterTheOtherEachNewOneFirst() {
    bothServe();
    assertThat(workers.restart(now)).isTrue();
    assertThat(orders()).containsExactly("start 3 at 1");
    serves(3);
    assertThat(orders()).containsExactly("retire 1", "start 4 at 2");
    workers.ended(1, "exit status 0", now);
    serves(4);
    assertThat(orders()).containsExactly("retire 2", "restarted");
  }

  @Test
  void twoRestartsAtOnceAreOne() {
    bothServe();
    assertThat(workers.restart(now)).isTrue();
    assertThat(workers.restart(now)).isFalse();
    assertThat(orders()).containsExactly("start 3 at 1");
  }

  @Test
  void aNewOneThatDoesNotServeEndsTheRestartAndTheOldOnesGoOn() {
    bothServe();
    workers.restart(now);
    serves(3);
    workers.runs(4, 104);
    orders.clear();
    dies(4);
    assertThat(orders())
        .containsExactly(
            "told worker 2 (process 104) has died: exit status 3",
            "told not restarted, what was there goes on: worker 2: exit status 3 before it served;"
                + " 1 of 2 were replaced",
            "not restarted: worker 2: exit status 3 before it served; 1 of 2 were replaced");
    workers.lives(2, now);
    pass(Duration.ofSeconds(9));
    assertThat(orders()).isEmpty();
    assertThat(workers.restart(now)).isTrue();
  }

  @Test
  void anOldOneThatDiesMeanwhileIsReplacedByTheNewOne() {
    bothServe();
    workers.restart(now);
    orders.clear();
    dies(1);
    assertThat(orders()).containsExactly("told worker 1 (process 101) has died: exit status 3");
    serves(3);
    assertThat(orders()).containsExactly("start 4 at 2");
  }

  @Test
  void ifTheNewOneDiesAsWellThePlaceIsFilledLater() {
    bothServe();
    workers.restart(now);
    dies(1);
    workers.runs(3, 103);
    dies(3);
    orders.clear();
    passToDeadline();
    assertThat(orders()).containsExactly("start 4 at 1");
  }

  @Test
  void oneThatWasReplacedMayTakeItsTimeAndIsThenToldAndThenKilled() {
    bothServe();
    workers.restart(now);
    serves(3);
    serves(4);
    orders.clear();
    for (int i = 0; i < 30; i++) {
      pass(Duration.ofSeconds(1));
      workers.lives(3, now);
      workers.lives(4, now);
    }
    workers.ended(2, "exit status 0", now);
    assertThat(orders()).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(orders()).containsExactly("end 1");
    for (int i = 0; i < 26; i++) {
      pass(Duration.ofSeconds(1));
      workers.lives(3, now);
      workers.lives(4, now);
    }
    assertThat(orders())
        .containsExactly("told worker 1 (process 101) is killed: it did not end in time", "kill 1");
  }

  @Test
  void nothingIsRestartedBeforeTheStartIsOver() {
    workers.start(now);
    orders.clear();
    workers.restart(now);
    assertThat(orders()).contains("not restarted: the workers are being started");
  }

  // ---- The end --------------------------------------------------------------------------------

  @Test
  void theEndIsTheEndOfAll() {
    bothServe();
    workers.stop(now);
    workers.stop(now);
    assertThat(orders()).containsExactly("end 1", "end 2");
    workers.ended(1, "exit status 0", now);
    assertThat(orders()).isEmpty();
    workers.ended(2, "exit status 0", now);
    assertThat(orders()).containsExactly("over");
    workers.restart(now);
    assertThat(orders()).contains("not restarted: the workers are coming to their end");
  }

  @Test
  void theEndComesInTheMiddleOfARestart() {
    bothServe();
    workers.restart(now);
    orders.clear();
    workers.stop(now);
    assertThat(orders())
        .containsExactly(
            "told not restarted, what was there goes on: the workers come to their end",
            "not restarted: the workers come to their end",
            "end 1",
            "end 2",
            "end 3");
    for (long worker = 1; worker <= 3; worker++) {
      workers.ended(worker, "exit status 0", now);
    }
    assertThat(orders()).containsExactly("over");
  }

  @Test
  void thoseThatWaitAreNotStartedAfterTheEnd() {
    bothServe();
    dies(1);
    dies(3);
    orders.clear();
    workers.stop(now);
    workers.ended(2, "exit status 0", now);
    pass(Duration.ofHours(1));
    assertThat(orders()).containsExactly("end 2", "over");
  }
}
