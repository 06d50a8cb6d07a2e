package io.tendril.core.internal.coroutine;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Outcome;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** How a coroutine runs, awaits and ends. */
class CoroutineTest extends CoroutineFixture {

  // ---- Running --------------------------------------------------------------------------------

  @Test
  void beginsAtOnceAndRunsToItsFirstSuspension() {
    Promise<String> promise = reactor.promise();
    Deferred<String> result =
        reactor.async(() -> {
          log.add("begun");
          String value = promise.deferred().await();
          log.add(value);
          return value + "!";
        });
    log.add("started");
    promise.succeed("come");
    log.add("fired");
    assertThat(outcome(result)).isEqualTo(new Outcome.Success<>("come!"));
    assertThat(log).containsExactly("begun", "started", "fired", "come");
  }

  @Test
  void goesOnAsATaskOfTheLoop() {
    Promise<Void> promise = reactor.promise();
    reactor.async(() -> log.add(promise.deferred().await()));
    promise.succeed();
    assertThat(log).isEmpty();
    turns(1);
    assertThat(log).hasSize(1);
  }

  @Test
  void beginsAfterTheContinuationThatStartsIt() {
    Promise<Void> promise = reactor.promise();
    promise
        .deferred()
        .thenRun(() -> {
          reactor.async(() -> log.add("body"));
          log.add("continuation");
        });
    promise.succeed();
    turns(1);
    assertThat(log).containsExactly("continuation", "body");
  }

  @Test
  void r1ResumedOnesRunInTheOrderOfTheirResults() {
    List<Promise<Integer>> promises = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Promise<Integer> promise = reactor.promise();
      promises.add(promise);
      reactor.async(() -> log.add(promise.deferred().await()));
    }
    for (int i : new int[] {3, 1, 4, 0, 2}) {
      promises.get(i).succeed(i);
    }
    turns(1);
    assertThat(log).containsExactly(3, 1, 4, 0, 2);
  }

  @Test
  void r1OneThatNeverRestsStarvesNobody() {
    boolean[] goOn = {true};
    Deferred<Long> busy =
        reactor.async(() -> {
          long rounds = 0;
          while (goOn[0]) {
            rest().await();
            rounds++;
          }
          return rounds;
        });
    reactor.callLater(ofMillis(20), () -> goOn[0] = false);
    assertThat(((Outcome.Success<Long>) outcome(busy)).value()).isPositive();
  }

  @Test
  void awaitOfAFiredDeferredDoesNotSuspend() {
    Deferred<Integer> sum =
        reactor.async(() -> {
          Promise<Integer> fired = Promise.create();
          fired.succeed(1);
          return fired.deferred().await() + Deferred.succeeded(2).await();
        });
    assertThat(sum.isDone()).isTrue();
    assertThat(outcome(sum)).isEqualTo(new Outcome.Success<>(3));
  }

  @Test
  void awaitsNothingAndReturnsNothing() {
    assertThat(this.<Object>run(() -> reactor.after(ofMillis(1)).await())).isNull();
  }

  @Test
  void belongsToItsReactorInsideAsOutside() {
    Reactor[] current = new Reactor[2];
    run(() -> {
      current[0] = Reactor.current();
      rest().await();
      current[1] = Reactor.current();
      Promise<Integer> made = Promise.create();
      reactor.callLater(Duration.ZERO, () -> made.succeed(1));
      return made.deferred().await();
    });
    assertThat(current).containsExactly(reactor, reactor);
  }

  @Test
  void startsBeforeTheLoopRuns() throws Exception {
    var other = reactor(reactor.options());
    Promise<String> promise = other.promise();
    Deferred<String> result = other.async(() -> promise.deferred().await() + "!");
    promise.succeed("early");
    List<String> seen = new ArrayList<>();
    result.thenAccept(seen::add);
    while (seen.isEmpty()) {
      other.turn(Duration.ZERO);
    }
    assertThat(seen).containsExactly("early!");
    other.stop();
    while (other.turn(Duration.ZERO)) {}
  }

  @Test
  void startsOthersAndAwaitsThem() {
    int sum =
        run(() -> {
          Deferred<Integer> one =
              reactor.async(() -> {
                log.add("one");
                rest().await();
                return 1;
              });
          Deferred<Integer> two =
              reactor.async(() -> {
                log.add("two");
                return reactor.async(() -> rest().thenApply(_ -> 2).await()).await();
              });
          log.add("both");
          return one.await() + two.await();
        });
    assertThat(sum).isEqualTo(3);
    assertThat(log).containsExactly("one", "two", "both");
  }

  @Test
  void suspendsFromDeepInside() {
    assertThat(this.<Integer>run(() -> deep(800))).isEqualTo(801);
  }

  private int deep(int depth) {
    if (depth == 0) {
      rest().await();
      return 1;
    }
    return 1 + deep(depth - 1);
  }

  @Test
  void tenThousandAtATime() {
    Promise<Integer> start = reactor.promise();
    var shared = start.deferred().share();
    int[] sum = {0};
    for (int i = 0; i < 10_000; i++) {
      Deferred<Integer> branch = shared.branch();
      reactor.async(() -> {
        int one = branch.await();
        return sum[0] += one;
      });
    }
    start.succeed(1);
    turnUntil(() -> sum[0] == 10_000);
  }

  @Test
  void blockingRunsElsewhereAndComesBack() {
    Thread[] threads = new Thread[2];
    String value =
        run(() -> {
          threads[0] = Thread.currentThread();
          return reactor.blocking(() -> {
            threads[1] = Thread.currentThread();
            return "read";
          });
        });
    assertThat(value).isEqualTo("read");
    assertThat(threads[0]).isNotSameAs(threads[1]);
  }

  @Test
  void goesOnInsideOfANestedLoop() {
    Promise<String> inner = reactor.promise();
    Deferred<String> other = reactor.async(() -> inner.deferred().await() + "!");
    String value =
        run(() -> {
          reactor.callLater(Duration.ZERO, () -> inner.succeed("nested"));
          while (!other.isDone()) {
            reactor.turn(ofMillis(1));
          }
          return other.await();
        });
    assertThat(value).isEqualTo("nested!");
  }

  @Test
  void aCallInANestedLoopIsNotOfTheCoroutineThatRunsIt() {
    List<Throwable> thrown = new ArrayList<>();
    run(() -> {
      reactor.execute(() -> {
        try {
          reactor.after(Duration.ZERO).await();
        } catch (IllegalStateException e) {
          thrown.add(e);
        }
      });
      reactor.turn(Duration.ZERO);
      return rest().await();
    });
    assertThat(thrown).hasSize(1);
    assertThat(thrown.getFirst()).hasMessageContaining("outside of a coroutine");
  }

  // ---- Results --------------------------------------------------------------------------------

  @Test
  void whatTheBodyThrowsFailsItsDeferred() {
    var thrown = new IOException("no");
    assertThat(
            failureOf(() -> {
              throw thrown;
            }))
        .isSameAs(thrown);
    assertThat(
            failureOf(() -> {
              rest().await();
              throw thrown;
            }))
        .isSameAs(thrown);
  }

  @Test
  void aDeferredIsNotAResult() {
    assertThat(failureOf(() -> Deferred.done()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not a value");
  }

  @Test
  void theFailureOfWhatIsAwaitedIsThrownAsItIs() {
    var original = new IllegalArgumentException("odd");
    Object caught =
        run(() -> {
          Promise<Void> promise = Promise.create();
          reactor.execute(() -> promise.fail(original));
          try {
            promise.deferred().await();
            return "nothing";
          } catch (IllegalArgumentException e) {
            return e;
          }
        });
    assertThat(caught).isSameAs(original);
  }

  @Test
  void aCheckedFailureIsCaughtByItsTypeWhereThatIsDeclared() {
    String caught =
        run(() -> {
          Promise<String> promise = Promise.create();
          try {
            return promise.deferred().orTimeout(ofMillis(1), "it").await(TimeoutException.class);
          } catch (TimeoutException e) {
            return e.getMessage();
          }
        });
    assertThat(caught).contains("from it");
  }

  @Test
  void aFailureCarriesThePlacesThatAwaitedIt() {
    Throwable failure = failureOf(() -> reactor.async(this::awaitsWhatFails).await());
    assertThat(failure).isInstanceOf(IOException.class);
    Throwable[] places = failure.getSuppressed();
    assertThat(places).hasSize(2);
    assertThat(places[0].getStackTrace()[0].getMethodName()).isEqualTo("awaitsWhatFails");
    assertThat(places[1].getStackTrace()[0].getMethodName()).contains("lambda$aFailureCarries");
  }

  private Object awaitsWhatFails() {
    Promise<Object> promise = Promise.create();
    reactor.execute(() -> promise.fail(new IOException("far away")));
    return promise.deferred().await();
  }

  @Test
  void throughThreeCoroutinesTheFramesOfEachAreThereInOrder() {
    Throwable failure = failureOf(() -> reactor.async(this::outer).await());
    assertThat(failure).isInstanceOf(IOException.class);
    assertThat(failure.getSuppressed())
        .extracting(place -> methods(place.getStackTrace()))
        .startsWith(
            List.of("awaitsWhatFails", "innermost", "inner"), List.of("middle"), List.of("outer"));
  }

  private Object outer() {
    return reactor.async(this::middle).await();
  }

  private Object middle() {
    return reactor.async(this::inner).await();
  }

  private Object inner() {
    return innermost();
  }

  private Object innermost() {
    return awaitsWhatFails();
  }

  /** The methods of this test that are on a stack. */
  private static List<String> methods(StackTraceElement[] stack) {
    return java.util.Arrays.stream(stack)
        .filter(frame -> frame.getClassName().equals(CoroutineTest.class.getName()))
        .map(StackTraceElement::getMethodName)
        .filter(method -> !method.startsWith("lambda"))
        .toList();
  }

  @Test
  void theFramesBehindACallOfTendrilsOwnAreThereToo() {
    Throwable failure =
        failureOf(() -> Deferred.of(() -> Deferred.succeeded(awaitsWhatFails())).await());
    assertThat(methods(failure.getSuppressed()[0].getStackTrace())).startsWith("awaitsWhatFails");
    assertThat(failure.getSuppressed()[0].getStackTrace())
        .extracting(StackTraceElement::getMethodName)
        .filteredOn(method -> method.startsWith("lambda$theFramesBehind"))
        .hasSize(2);
  }

  @Test
  void aConstantThatIsThrownAgainAndAgainDoesNotGrow() {
    var constant = new IOException("constant");
    var bare = new BareFailure();
    run(() -> {
      for (int i = 0; i < 100_000; i++) {
        try {
          Deferred.failed(constant).await(IOException.class);
        } catch (IOException e) {
          assert e == constant;
        }
      }
      for (int i = 0; i < 1_000; i++) {
        try {
          Deferred.failed(bare).await(BareFailure.class);
        } catch (BareFailure e) {
          assert e == bare;
        }
      }
      return null;
    });
    assertThat(constant.getSuppressed()).hasSizeLessThan(10);
    assertThat(bare.getSuppressed()).isEmpty();
  }

  /** Without stack trace and suppression, as constants are made where nothing may be kept. */
  private static final class BareFailure extends Exception {
    private static final long serialVersionUID = 1L;

    BareFailure() {
      super("bare", null, false, false);
    }
  }

  @Test
  void aFailureThatIsAwaitedForEverDoesNotGrow() {
    var shared = new IOException("again");
    run(() -> {
      for (int i = 0; i < 100; i++) {
        try {
          Deferred.failed(shared).await(IOException.class);
        } catch (IOException e) {
          continue;
        }
      }
      return null;
    });
    assertThat(shared.getSuppressed()).hasSizeLessThan(10);
  }

  @Test
  void d9AFailureThatNobodyHandlesIsReported() {
    var failure = new IOException("nobody cares");
    reactor.async(() -> {
      rest().await();
      throw failure;
    });
    turns(3);
    assertThat(failuresUntilTheEnd())
        .containsExactly(new ReactorEvent.FailureUnhandled(failure, null));
  }
}
