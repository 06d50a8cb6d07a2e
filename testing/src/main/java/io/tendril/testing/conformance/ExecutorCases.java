package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** D12: a reactor as an executor service. */
interface ExecutorCases extends Cases {
  private ScheduledExecutorService service() {
    return rig().reactor().executorService();
  }

  // ---- Now ------------------------------------------------------------------------------------

  @Test
  default void d12CommandsRunInTurnAndInTheReactorsThread() {
    ScheduledExecutorService service = service();
    var ran = new ArrayList<String>();
    service.execute(() -> ran.add("first"));
    assertNull(rig().elsewhere(() -> service.execute(() -> ran.add("second"))));
    var _ = service.submit(() -> ran.add(Reactor.current().options().name()));
    assertEquals(List.of(), ran);
    rig().settle();
    assertEquals(List.of("first", "second", rig().reactor().options().name()), ran);
  }

  @Test
  default void d12ASubmittedCallHasAFuture() throws Exception {
    ScheduledExecutorService service = service();
    Future<String> future = service.submit(() -> "value");
    assertFalse(future.isDone());
    rig().settle();
    assertEquals("value", future.get());
    var failure = new IllegalStateException("on purpose");
    Future<?> failed =
        service.submit(() -> {
          throw failure;
        });
    rig().settle();
    assertSame(failure, assertThrows(ExecutionException.class, failed::get).getCause());
  }

  @Test
  default void d12ACommandWithoutAFutureReportsWhatItThrows() {
    var failure = new IllegalStateException("on purpose");
    service()
        .execute(() -> {
          throw failure;
        });
    rig().settle();
    assertSame(failure, rig().reported(ReactorEvent.CallFailed.class).failure());
  }

  @Test
  default void d12ACancelledCallDoesNotRun() {
    var ran = new ArrayList<String>();
    Future<?> future = service().submit(() -> ran.add("ran"));
    assertTrue(future.cancel(true));
    assertFalse(future.cancel(true));
    rig().settle();
    assertEquals(List.of(), ran);
    assertThrows(CancellationException.class, future::get);
  }

  @Test
  default void d12ACallThatRunsIsNotInterrupted() {
    var self = new Future<?>[1];
    var interrupted = new boolean[1];
    self[0] =
        service()
            .submit(() -> {
              self[0].cancel(true);
              interrupted[0] = Thread.currentThread().isInterrupted();
            });
    rig().settle();
    assertTrue(self[0].isCancelled());
    assertFalse(interrupted[0]);
  }

  // ---- Later ----------------------------------------------------------------------------------

  @Test
  default void d12AScheduledCallRunsOnTheReactorsClock() throws Exception {
    ScheduledFuture<String> future = service().schedule(() -> "value", 3, TimeUnit.SECONDS);
    assertEquals(3_000, future.getDelay(TimeUnit.MILLISECONDS));
    rig().advance(Duration.ofMillis(2_999));
    assertFalse(future.isDone());
    assertEquals(1, future.getDelay(TimeUnit.MILLISECONDS));
    rig().advance(Duration.ofMillis(1));
    assertEquals("value", future.get());
  }

  @Test
  default void d12ScheduledFromAnotherThread() throws Exception {
    ScheduledExecutorService service = service();
    var future = new ScheduledFuture<?>[1];
    assertNull(
        rig().elsewhere(() -> future[0] = service.schedule(() -> "value", 3, TimeUnit.SECONDS)));
    rig().advance(Duration.ofSeconds(3));
    assertEquals("value", future[0].get());
  }

  @Test
  default void d12DelaysAtTheEndsOfTheirRange() {
    ScheduledExecutorService service = service();
    Future<?> now = service.schedule(() -> {}, Long.MIN_VALUE, TimeUnit.DAYS);
    ScheduledFuture<?> never = service.schedule(() -> {}, Long.MAX_VALUE, TimeUnit.DAYS);
    rig().settle();
    assertTrue(now.isDone());
    assertFalse(never.isDone());
    assertTrue(never.getDelay(TimeUnit.DAYS) > 36_500);
    assertTrue(never.compareTo(service.schedule(() -> {}, 1, TimeUnit.DAYS)) > 0);
    service.shutdownNow();
  }

  @Test
  default void d12AtAFixedRateFromStartToStart() {
    Reactor reactor = rig().reactor();
    var starts = new ArrayList<Long>();
    long begin = rig().nanoTime();
    ScheduledFuture<?> future =
        service()
            .scheduleAtFixedRate(
                () -> starts.add((reactor.clock().nanoTime() - begin) / 1_000_000),
                10,
                20,
                TimeUnit.MILLISECONDS);
    rig().advance(Duration.ofMillis(60), 6);
    assertEquals(List.of(10L, 30L, 50L), starts);
    rig().advance(Duration.ofMillis(40)); // two at once are late, and both are made
    assertEquals(List.of(10L, 30L, 50L, 100L, 100L), starts);
    future.cancel(false);
    rig().advance(Duration.ofMillis(100), 5);
    assertEquals(5, starts.size());
    assertEquals(0, reactor.stats().delayedCalls());
  }

  @Test
  default void d12WithAFixedDelayFromEndToStart() {
    Reactor reactor = rig().reactor();
    var starts = new ArrayList<Long>();
    long begin = rig().nanoTime();
    ScheduledFuture<?> future =
        service()
            .scheduleWithFixedDelay(
                () -> starts.add((reactor.clock().nanoTime() - begin) / 1_000_000),
                0,
                20,
                TimeUnit.MILLISECONDS);
    rig().settle();
    rig().advance(Duration.ofMillis(50)); // late: the next is from here
    rig().advance(Duration.ofMillis(10));
    rig().advance(Duration.ofMillis(10));
    assertEquals(List.of(0L, 50L, 70L), starts);
    future.cancel(false);
  }

  @Test
  default void d12APeriodicCallThatThrowsIsTheLast() {
    var failure = new IllegalStateException("on purpose");
    var runs = new int[1];
    ScheduledFuture<?> future =
        service()
            .scheduleAtFixedRate(
                () -> {
                  if (++runs[0] == 2) {
                    throw failure;
                  }
                },
                1,
                1,
                TimeUnit.SECONDS);
    rig().advance(Duration.ofSeconds(5), 5);
    assertEquals(2, runs[0]);
    assertSame(failure, assertThrows(ExecutionException.class, future::get).getCause());
  }

  @Test
  default void d12APeriodOfNothingIsRefused() {
    ScheduledExecutorService service = service();
    assertThrows(
        IllegalArgumentException.class,
        () -> service.scheduleAtFixedRate(() -> {}, 0, 0, TimeUnit.SECONDS));
    assertThrows(
        IllegalArgumentException.class,
        () -> service.scheduleWithFixedDelay(() -> {}, 0, -1, TimeUnit.SECONDS));
  }

  @Test
  default void d12ACancelledCallLeavesTheClockAlone() {
    Reactor reactor = rig().reactor();
    ScheduledFuture<?> mine = service().schedule(() -> {}, 1, TimeUnit.HOURS);
    ScheduledFuture<?> theirs = service().schedule(() -> {}, 1, TimeUnit.HOURS);
    assertEquals(2, reactor.stats().delayedCalls());
    mine.cancel(true);
    assertEquals(1, reactor.stats().delayedCalls());
    assertNull(rig().elsewhere(() -> theirs.cancel(true)));
    rig().settle();
    assertEquals(0, reactor.stats().delayedCalls());
  }

  // ---- Waiting --------------------------------------------------------------------------------

  /** What would wait for the reactor. */
  @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
  enum Wait {
    GET(service -> service.submit(() -> "value").get()),
    GET_FOR_A_WHILE(service -> service.submit(() -> "value").get(1, TimeUnit.DAYS)),
    INVOKE_ALL(service -> service.invokeAll(List.of(() -> "value"))),
    INVOKE_ALL_FOR_A_WHILE(service -> service.invokeAll(List.of(() -> "value"), 1, TimeUnit.DAYS)),
    INVOKE_ANY(service -> service.invokeAny(List.of(() -> "value"))),
    INVOKE_ANY_FOR_A_WHILE(service -> service.invokeAny(List.of(() -> "value"), 1, TimeUnit.DAYS)),
    AWAIT_TERMINATION(service -> service.awaitTermination(1, TimeUnit.DAYS));

    final ThreadCases.Use<ScheduledExecutorService> use;

    Wait(ThreadCases.Use<ScheduledExecutorService> use) {
      this.use = use;
    }
  }

  @ParameterizedTest
  @EnumSource
  default void d12WaitingInTheReactorsThreadIsRefused(Wait wait) {
    var refusal = assertThrows(IllegalStateException.class, () -> wait.use.of(service()));
    assertSays("would wait for itself", refusal);
  }

  @Test
  default void d12OtherThreadsMayWait() throws Exception {
    ScheduledExecutorService service =
        rig().running(options -> options).reactor().executorService();
    List<Callable<Integer>> calls = List.of(() -> 1, () -> 2, () -> 3);
    assertEquals(
        null,
        rig()
            .elsewhere(() -> {
              var values = new ArrayList<Integer>();
              for (Future<Integer> future : service.invokeAll(calls)) {
                values.add(future.get());
              }
              assertEquals(List.of(1, 2, 3), values);
              assertTrue(List.of(1, 2, 3).contains(service.invokeAny(calls)));
              service.close();
            }));
    assertTrue(service.isTerminated());
  }

  // ---- The end --------------------------------------------------------------------------------

  @Test
  default void d12AShutdownRunsWhatWasExecutedAndCancelsWhatWasScheduled() throws Exception {
    Reactor reactor = rig().reactor();
    ScheduledExecutorService service = service();
    Future<String> executed = service.submit(() -> "value");
    ScheduledFuture<?> later = service.schedule(() -> {}, 1, TimeUnit.SECONDS);
    ScheduledFuture<?> again = service.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.SECONDS);
    service.shutdown();
    service.shutdown();
    assertTrue(service.isShutdown());
    assertFalse(service.isTerminated());
    assertTrue(later.isCancelled());
    assertTrue(again.isCancelled());
    assertThrows(RejectedExecutionException.class, () -> service.execute(() -> {}));
    assertThrows(
        RejectedExecutionException.class, () -> service.schedule(() -> {}, 1, TimeUnit.DAYS));
    rig().settle();
    assertEquals("value", executed.get());
    assertTrue(service.isTerminated());
    assertTrue(service.awaitTermination(1, TimeUnit.DAYS));
    assertEquals(0, reactor.stats().delayedCalls());
    assertEquals("goes on", rig().value(reactor.after(Duration.ZERO).thenApply(v -> "goes on")));
  }

  @Test
  default void d12AShutdownNowReturnsWhatNeverRan() {
    ScheduledExecutorService service = service();
    var ran = new ArrayList<String>();
    Runnable command = () -> ran.add("ran");
    service.execute(command);
    Future<?> submitted = service.submit(command);
    List<Runnable> never = service.shutdownNow();
    assertEquals(2, never.size());
    assertTrue(never.contains(command));
    assertTrue(submitted.isCancelled());
    assertTrue(service.isTerminated());
    rig().settle();
    assertEquals(List.of(), ran);
  }

  @Test
  default void d12ClosedInsideOfACallOfItsOwn() {
    ScheduledExecutorService service = service();
    var runs = new int[1];
    var _ =
        service.scheduleAtFixedRate(
            () -> {
              runs[0]++;
              service.close();
            },
            0,
            1,
            TimeUnit.SECONDS);
    rig().advance(Duration.ofSeconds(3), 3);
    assertEquals(1, runs[0]);
    assertTrue(service.isTerminated());
  }

  @Test
  default void d12OneEndsAndTheOthersGoOn() {
    ScheduledExecutorService mine = service();
    ScheduledExecutorService theirs = service();
    Future<String> later = theirs.schedule(() -> "value", 1, TimeUnit.SECONDS);
    mine.shutdownNow();
    rig().advance(Duration.ofSeconds(1));
    assertTrue(later.isDone());
    assertFalse(later.isCancelled());
  }

  @Test
  default void d12TheReactorsEndIsTheServicesToo() {
    Reactor reactor = rig().reactor();
    ScheduledExecutorService service = service();
    Future<?> later = service.schedule(() -> "never", 1, TimeUnit.DAYS);
    reactor.stop();
    rig().settle();
    assertTrue(later.isCancelled());
    assertTrue(service.isTerminated());
    assertThrows(RejectedExecutionException.class, () -> service.execute(() -> {}));
    assertTrue(reactor.executorService().isTerminated());
  }

  @Test
  default void d12WhoWaitsElsewhereHearsOfTheReactorsEnd() throws Exception {
    Running running = rig().running(options -> options);
    ScheduledExecutorService service = running.reactor().executorService();
    List<Future<?>> later = new ArrayList<>();
    running.run(() -> { // both in one call: virtual time may leap a day between two
      later.add(service.schedule(Executors.callable(() -> {}), 1, TimeUnit.DAYS));
      running.reactor().stop();
    });
    running.stop();
    assertInstanceOf(
        CancellationException.class, rig().elsewhere(() -> later.getFirst().get(1, TimeUnit.DAYS)));
  }
}
