package io.tendril.testing.direct;

import static io.tendril.testing.Deferreds.failedWith;
import static io.tendril.testing.Deferreds.hasNoResult;
import static io.tendril.testing.Deferreds.succeededWith;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectFailed;
import io.tendril.core.Deadline;
import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.testing.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who keeps to a {@link Deadline}, in virtual time. */
class DeadlineTest {
  private final TestClock clock = new TestClock();
  private final Reactor reactor = clock.network().host("here").reactor();
  private final List<Object> log = new ArrayList<>();

  @AfterEach
  void close() {
    clock.close();
  }

  /** Calls something under a deadline two seconds from now. */
  private <T> Deferred<T> inTwoSeconds(Callable<Deferred<T>> call) {
    List<Deferred<T>> made = new ArrayList<>();
    Deadline.within(ofSeconds(2)).run(() -> made.add(Deferred.of(call)));
    return made.getFirst();
  }

  private Deferred<Object> coroutine(Callable<Object> body) {
    return inTwoSeconds(() -> reactor.async(body));
  }

  private void exactlyAtTwoSeconds(Deferred<?> deferred) {
    clock.advance(ofMillis(1_999));
    hasNoResult(deferred);
    clock.advance(ofMillis(1));
    assertThat(deferred.isDone()).isTrue();
  }

  // ---- Awaits ---------------------------------------------------------------------------------

  @Test
  void anAwaitIsCancelledAtTheDeadlineAndThrowsATimeout() {
    Promise<Object> never = reactor.promise();
    never.onCancel(() -> log.add("cancelled"));
    Deferred<Object> late = coroutine(() -> never.deferred().await());
    exactlyAtTwoSeconds(late);
    assertThat(failedWith(late, TimeoutException.class))
        .hasMessageContaining("the deadline has passed, waiting for a Promise");
    assertThat(log).containsExactly("cancelled");
  }

  @Test
  void oneThatIsInTimeLeavesNothingBehind() {
    Deferred<Object> inTime =
        coroutine(() -> {
          reactor.after(ofSeconds(1)).await();
          return "in time";
        });
    clock.advance(ofSeconds(1));
    assertThat(succeededWith(inTime)).isEqualTo("in time");
    assertThat(reactor.stats().delayedCalls()).isZero();
  }

  @Test
  void afterItAnAwaitThatWouldSuspendThrowsAtOnceAndOneThatWouldNotDoesNot() {
    Promise<Object> never = reactor.promise();
    Promise<Object> second = reactor.promise();
    second.onCancel(() -> log.add("second cancelled"));
    Deferred<Object> late =
        coroutine(() -> {
          try {
            return never.deferred().await(TimeoutException.class);
          } catch (TimeoutException e) {
            log.add(Deferred.succeeded("ready").await());
            return second.deferred().await();
          }
        });
    clock.advance(ofSeconds(2));
    failedWith(late, TimeoutException.class);
    assertThat(log).containsExactly("ready", "second cancelled");
  }

  @Test
  void cleaningUpIsDoneWithoutOne() {
    Promise<Object> never = reactor.promise();
    Deferred<Object> late =
        coroutine(() -> {
          try {
            return never.deferred().await();
          } finally {
            Deadline.NONE.run(() -> reactor.after(ofSeconds(1)).await());
            log.add("cleaned");
          }
        });
    clock.advance(ofSeconds(2));
    hasNoResult(late);
    clock.advance(ofSeconds(1));
    failedWith(late, TimeoutException.class);
    assertThat(log).containsExactly("cleaned");
  }

  @Test
  void coroutinesAndTheirCoroutinesInheritIt() {
    Promise<Object> never = reactor.promise();
    Deferred<Object> late =
        coroutine(() -> {
          reactor.after(ofSeconds(1)).await();
          return reactor
              .async(() -> {
                try {
                  return never.deferred().await();
                } catch (Exception e) {
                  log.add(e.getClass());
                  throw e;
                }
              })
              .await();
        });
    exactlyAtTwoSeconds(late);
    failedWith(late, TimeoutException.class);
    assertThat(log).hasSize(1);
  }

  @Test
  void aNearerOneHoldsWithinItsBlockOnly() {
    Promise<Object> never = reactor.promise();
    Deferred<Object> value =
        coroutine(() -> {
          List<Object> inner = new ArrayList<>();
          Deadline.within(ofSeconds(1))
              .run(() -> {
                try {
                  never.deferred().await(TimeoutException.class);
                } catch (TimeoutException e) {
                  inner.add("inner");
                }
              });
          reactor.after(ofMillis(500)).await();
          return inner;
        });
    clock.advance(ofMillis(1_500));
    assertThat(succeededWith(value)).isEqualTo(List.of("inner"));
  }

  @Test
  void aFartherOneInsideChangesNothing() {
    Promise<Object> never = reactor.promise();
    Deferred<Object> late =
        coroutine(() -> {
          Deadline.within(ofSeconds(5)).run(() -> never.deferred().await());
          return "never";
        });
    exactlyAtTwoSeconds(late);
    failedWith(late, TimeoutException.class);
  }

  @Test
  void oneThatHandlesTheCancellationHasItsWay() {
    Promise<Object> never = reactor.promise();
    Deferred<Object> late =
        coroutine(() -> never.deferred().exceptionally(failure -> "instead").await());
    exactlyAtTwoSeconds(late);
    assertThat(succeededWith(late)).isEqualTo("instead");
  }

  // ---- Calls without a coroutine --------------------------------------------------------------

  @Test
  void theClock() {
    Deferred<Void> late = inTwoSeconds(() -> reactor.after(ofSeconds(3)));
    exactlyAtTwoSeconds(late);
    assertThat(failedWith(late, TimeoutException.class)).hasMessageContaining("the clock");
    Deferred<Void> inTime = inTwoSeconds(() -> reactor.after(ofSeconds(1)));
    clock.advance(ofSeconds(1));
    assertThat(succeededWith(inTime)).isNull();
    assertThat(reactor.stats().delayedCalls()).isZero();
  }

  @Test
  void aBlockingCallIsInterrupted() throws Exception {
    try (var real = new RealReactor()) {
      real.call(() -> {
        List<Deferred<Object>> made = new ArrayList<>();
        Deadline.within(ofMillis(5))
            .run(() ->
                made.add(
                    real.reactor.deferToThread(() -> {
                      real.begun = true;
                      try {
                        Thread.sleep(Duration.ofHours(1));
                        return "slept";
                      } catch (InterruptedException e) {
                        real.interrupted = true;
                        throw e;
                      }
                    })));
        return made.getFirst()
            .handle(value -> "in time", failure -> failure.getClass().getSimpleName())
            .thenAccept(log::add);
      });
      assertThat(log).containsExactly("TimeoutException");
      real.close();
      assertThat(real.interrupted).isEqualTo(real.begun);
    }
  }

  /** A reactor with threads, since virtual time has none to interrupt. */
  private static final class RealReactor implements AutoCloseable {
    final Reactor reactor = Reactor.create().start();
    volatile boolean begun;
    volatile boolean interrupted;

    void call(Callable<Deferred<Void>> call) throws Exception {
      reactor.blockingCall(call, ofSeconds(30));
    }

    @Override
    public void close() throws Exception {
      reactor.stop();
      reactor.awaitStopped(ofSeconds(30));
    }
  }

  @Test
  void connectingFailsInItsOwnWay() {
    var there = clock.network().host("there");
    clock.network().link(clock.network().host("here"), there).cut();
    Deferred<Protocol> late =
        inTwoSeconds(
            () -> reactor.connect("tcp:there:80", Protocol.onData((transport, data) -> {})));
    exactlyAtTwoSeconds(late);
    assertThat(failedWith(late, ConnectFailed.TimedOut.class))
        .hasMessageContaining("there:80")
        .hasMessageContaining("2000 ms");
    assertThat(reactor.stats().delayedCalls()).isZero();
  }

  @Test
  void itsOwnLimitHoldsIfThatIsSooner() {
    var there = clock.network().host("there");
    clock.network().link(clock.network().host("here"), there).cut();
    Deferred<Protocol> late =
        inTwoSeconds(() ->
            reactor.connect("tcp:there:80:timeout=1", Protocol.onData((transport, data) -> {})));
    clock.advance(ofSeconds(1));
    assertThat(failedWith(late, ConnectFailed.TimedOut.class)).hasMessageContaining("1000 ms");
  }

  @Test
  void whateverElseIsBoundToIt() {
    Promise<String> promise = reactor.promise();
    Deferred<String> late =
        inTwoSeconds(() -> Deadline.current().bound(promise.deferred(), "the answer"));
    exactlyAtTwoSeconds(late);
    assertThat(failedWith(late, TimeoutException.class)).hasMessageContaining("the answer");
    assertThat(promise.isDone()).isTrue();
    Promise<String> free = reactor.promise();
    assertThat(Deadline.NONE.bound(free.deferred(), "it")).isSameAs(free.deferred());
  }
}
