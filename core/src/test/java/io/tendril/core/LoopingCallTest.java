package io.tendril.core;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.Seen;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** R5: calls on a grid. */
class LoopingCallTest {
  private final List<Long> at = new ArrayList<>();
  private final List<Object> log = new ArrayList<>();
  private ManualReactor reactor;
  private long begin;

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
    begin = reactor.clock().nanoTime();
  }

  @AfterEach
  void close() {
    assertThat(reactor.pendingCalls()).isZero();
    reactor.close();
    assertThat(reactor.events).isEmpty();
  }

  private void note() {
    at.add((reactor.clock().nanoTime() - begin) / 1_000_000);
  }

  @Test
  void r5ItCallsNowAndThenOnTheGrid() {
    var loop = LoopingCall.of(reactor, this::note);
    Seen<Void> seen = Seen.of(loop.start(ofMillis(100)));
    assertThat(at).containsExactly(0L);
    reactor.advance(ofMillis(350));
    assertThat(at).containsExactly(0L, 100L, 200L, 300L);
    assertThat(loop.running()).isTrue();
    loop.stop();
    assertThat(seen.value()).isNull();
    assertThat(loop.running()).isFalse();
    loop.stop();
    reactor.advance(ofSeconds(1));
    assertThat(at).hasSize(4);
  }

  @Test
  void r5ItCanBeginAnIntervalLater() {
    var loop = LoopingCall.of(reactor, this::note);
    Seen<Void> seen = Seen.of(loop.startLater(ofMillis(100)));
    reactor.advance(ofMillis(250));
    assertThat(at).containsExactly(100L, 200L);
    loop.stop();
    assertThat(seen.times()).isOne();
  }

  @Test
  void r5ItNeverOverlapsAndStaysOnTheGrid() {
    List<Long> ticks = new ArrayList<>();
    var loop =
        LoopingCall.counting(
            reactor,
            passed -> {
              note();
              ticks.add(passed);
              return at.size() == 2 ? reactor.after(ofMillis(250)) : Deferred.done();
            });
    Seen<Void> seen = Seen.of(loop.start(ofMillis(100)));
    reactor.advance(ofMillis(600));
    assertThat(at).containsExactly(0L, 100L, 400L, 500L, 600L);
    assertThat(ticks).containsExactly(1L, 1L, 3L, 1L, 1L);
    assertThat(loop.skipped()).isEqualTo(2);
    loop.stop();
    assertThat(seen.value()).isNull();
  }

  @Test
  void r5ACallThatEndsOnATickTakesTheNextOne() {
    var loop =
        new LoopingCall(
            reactor,
            () -> {
              note();
              return reactor.after(ofMillis(100));
            });
    Deferred<Void> end = loop.start(ofMillis(100));
    reactor.advance(ofMillis(400));
    assertThat(at).containsExactly(0L, 200L, 400L);
    end.cancel();
  }

  @Test
  void r5TicksSkippedByABusyLoopCountToo() {
    List<Long> ticks = new ArrayList<>();
    var loop =
        LoopingCall.counting(
            reactor,
            passed -> {
              note();
              ticks.add(passed);
              return Deferred.done();
            });
    Deferred<Void> end = loop.startLater(ofMillis(100));
    reactor.spend(ofMillis(330));
    reactor.settle();
    reactor.advance(ofMillis(100));
    assertThat(at).containsExactly(330L, 400L);
    assertThat(ticks).containsExactly(3L, 1L);
    assertThat(loop.skipped()).isEqualTo(2);
    end.cancel();
  }

  @Test
  void r5AFailureStopsItAndFailsItsDeferred() {
    var failure = new IOException();
    var loop =
        LoopingCall.of(
            reactor,
            () -> {
              note();
              if (at.size() == 3) {
                throw failure;
              }
            });
    Seen<Void> seen = Seen.of(loop.start(ofMillis(100)));
    reactor.advance(ofSeconds(1));
    assertThat(at).hasSize(3);
    assertThat(seen.failure(IOException.class)).isSameAs(failure);
    assertThat(loop.running()).isFalse();
  }

  @Test
  void r5AFailedDeferredAnErrorAndNullDoTheSame() {
    var failure = new IOException();
    assertThat(
            Seen.of(new LoopingCall(reactor, () -> Deferred.failed(failure)).start(ofSeconds(1)))
                .failure(IOException.class))
        .isSameAs(failure);
    assertThat(
            Seen.of(
                    LoopingCall.of(
                            reactor,
                            () -> {
                              throw new AssertionError();
                            })
                        .start(ofSeconds(1)))
                .failure(AssertionError.class))
        .isNotNull();
    assertThat(
            Seen.of(new LoopingCall(reactor, () -> null).start(ofSeconds(1)))
                .failure(NullPointerException.class))
        .hasMessageContaining("returned null");
  }

  @Test
  void r5StopWaitsForTheCallThatIsUnderWay() {
    Promise<Void> work = Promise.create();
    var loop = new LoopingCall(reactor, work::deferred);
    Seen<Void> seen = Seen.of(loop.start(ofSeconds(1)));
    loop.stop();
    loop.stop();
    assertThat(seen.nothing()).isTrue();
    assertThatThrownBy(() -> loop.start(ofSeconds(1))).isInstanceOf(IllegalStateException.class);
    work.succeed();
    assertThat(seen.value()).isNull();
    assertThat(loop.running()).isFalse();
  }

  @Test
  void r5AFailureOfTheLastCallIsNotLost() {
    Promise<Void> work = Promise.create();
    var loop = new LoopingCall(reactor, work::deferred);
    Seen<Void> seen = Seen.of(loop.start(ofSeconds(1)));
    loop.stop();
    work.fail(new IOException());
    assertThat(seen.failure(IOException.class)).isNotNull();
  }

  @Test
  void r5TheCallMayStopItsLoop() {
    List<LoopingCall> loop = new ArrayList<>();
    loop.add(
        LoopingCall.of(
            reactor,
            () -> {
              note();
              if (at.size() == 2) {
                loop.getFirst().stop();
              }
            }));
    Seen<Void> seen = Seen.of(loop.getFirst().start(ofMillis(100)));
    reactor.advance(ofSeconds(1));
    assertThat(at).hasSize(2);
    assertThat(seen.value()).isNull();
  }

  @Test
  void r5CancellingStopsItAndCancelsTheCall() {
    Promise<Void> work = Promise.create();
    work.onCancel(() -> log.add("work cancelled"));
    var loop = new LoopingCall(reactor, work::deferred);
    Deferred<Void> end = loop.start(ofSeconds(1));
    Seen<Void> seen = Seen.of(end);
    end.cancel();
    assertThat(log).containsExactly("work cancelled");
    assertThat(seen.failure(CancellationException.class)).isNotNull();
    assertThat(loop.running()).isFalse();
    Deferred<Void> again = loop.startLater(ofSeconds(1));
    again.cancel();
  }

  @Test
  void r5ACancelledCallThatCleansUpDoesNotOverlapWithTheNext() {
    Promise<Void> work = Promise.create();
    Promise<Void> cleanUp = Promise.create();
    var loop =
        new LoopingCall(reactor, () -> work.deferred().finallyCompose(() -> cleanUp.deferred()));
    loop.start(ofSeconds(1)).cancel();
    assertThatThrownBy(() -> loop.start(ofSeconds(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not over");
    cleanUp.succeed();
    loop.startLater(ofSeconds(1)).cancel();
  }

  @Test
  void r5WhatACancelledCallFailsWithIsReported() {
    Promise<Void> work = Promise.create();
    var failure = new IOException();
    work.onCancel(() -> work.fail(failure));
    new LoopingCall(reactor, work::deferred).start(ofSeconds(1)).cancel();
    assertThat(reactor.events).hasSize(1);
    reactor.events.clear();
  }

  @Test
  void r5ResetMovesTheGrid() {
    var loop = LoopingCall.of(reactor, this::note);
    Deferred<Void> end = loop.startLater(ofMillis(100));
    reactor.advance(ofMillis(90));
    loop.reset();
    reactor.advance(ofMillis(200));
    assertThat(at).containsExactly(190L, 290L);
    end.cancel();
    assertThatThrownBy(loop::reset).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void r5ResetInsideOfTheCall() {
    List<LoopingCall> loop = new ArrayList<>();
    loop.add(
        LoopingCall.of(
            reactor,
            () -> {
              note();
              reactor.spend(ofMillis(30));
              loop.getFirst().reset();
            }));
    Deferred<Void> end = loop.getFirst().start(ofMillis(100));
    reactor.advance(ofMillis(300));
    assertThat(at).containsExactly(0L, 130L, 260L);
    assertThat(loop.getFirst().skipped()).isZero();
    end.cancel();
  }

  @Test
  void r5NotTwiceAndNotWithoutAnInterval() {
    var loop = LoopingCall.of(reactor, this::note);
    assertThatThrownBy(() -> loop.start(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    Deferred<Void> end = loop.start(ofSeconds(1));
    assertThatThrownBy(() -> loop.start(ofSeconds(1))).isInstanceOf(IllegalStateException.class);
    end.cancel();
  }

  private static final Context.Key<String> USER = Context.key("user", "nobody");

  @Test
  void r5TheCallsRunInTheContextOfTheStart() throws Exception {
    var loop = LoopingCall.of(reactor, () -> log.add(Context.current().value(USER)));
    Deferred<Void> end = Context.empty().with(USER, "ada").call(() -> loop.start(ofMillis(100)));
    reactor.advance(ofMillis(200));
    assertThat(log).containsExactly("ada", "ada", "ada");
    end.cancel();
  }
}
