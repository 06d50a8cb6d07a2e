package io.tendril.core.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorOptions;
import io.tendril.core.Transport;
import io.tendril.core.doubles.LoneEngine;
import io.tendril.spi.Engines;
import io.tendril.spi.PolledReactor;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A reactor as one more thing to poll, in loops that are not ours, on an engine that has no
 * descriptor for them.
 */
@ParameterizedClass
@MethodSource("loops")
class PolledReactorTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  /** A loop that polls, and whose poll can be ended from another thread. */
  interface PollLoop extends AutoCloseable {
    /** Ends the poll that is under way, or the next. From any thread. */
    void wake();

    /**
     * Waits for {@link #wake}.
     *
     * @param nanos negative for no limit
     */
    void poll(long nanos) throws Exception;

    @Override
    void close() throws IOException;
  }

  @FunctionalInterface
  interface Opened {
    PollLoop open() throws Exception;
  }

  static Stream<Named<Opened>> loops() {
    return Stream.of(
        Named.of("a selector over a pipe", SelectorLoop::new),
        Named.of("poll(2) over a pipe", NativePollLoop::new));
  }

  @Parameter Opened opened;

  private final List<ReactorEvent> events = new ArrayList<>();
  private PollLoop loop;
  private Reactor reactor;
  private PolledReactor polled;
  private int polls;

  @BeforeEach
  void open() throws Exception {
    loop = opened.open();
    reactor =
        Reactor.create(ReactorOptions.defaults().withName("polled").withEngine(Engines.nio()));
    reactor.observe(events::add);
    polled = reactor.polled(loop::wake);
  }

  @AfterEach
  void close() throws Exception {
    reactor.stop();
    while (once()) {}
    loop.close();
    assertThat(events).noneMatch(ReactorEvent::isFailure);
  }

  /** What such a loop does again and again. */
  private boolean once() throws Exception {
    long nanos = polled.untilDue();
    polls++;
    loop.poll(nanos);
    return polled.turn();
  }

  private void pollUntil(CountDownLatch done) throws Exception {
    long end = System.nanoTime() + SOON.toNanos();
    while (done.getCount() > 0) {
      assertThat(once()).isTrue();
      assertThat(System.nanoTime()).isLessThan(end);
    }
  }

  @Test
  void servesWhileTheLoopPolls() throws Exception {
    var port = new CompletableFuture<Integer>();
    reactor
        .listen("tcp:0:interface=127.0.0.1", Protocol.onData(Transport::write))
        .thenAccept(listener -> port.complete(listener.port()))
        .isDone();
    while (!port.isDone()) {
      once();
    }
    var done = new CountDownLatch(1);
    var failed = new CompletableFuture<Throwable>();
    Thread client =
        Thread.ofPlatform()
            .start(() -> {
              try (var socket = new Socket("127.0.0.1", port.join())) {
                socket.setSoTimeout(20_000);
                for (byte i = 0; i < 100; i++) {
                  socket.getOutputStream().write(i);
                  assertThat(socket.getInputStream().read()).isEqualTo(i);
                }
              } catch (Throwable e) {
                failed.complete(e);
              }
              done.countDown();
              loop.wake();
            });
    pollUntil(done);
    client.join(20_000);
    assertThat(failed).isNotDone();
  }

  @Test
  void theNextDeadlineBoundsThePoll() throws Exception {
    assertThat(polled.descriptor()).isEmpty();
    var ran = new CountDownLatch(1);
    while (polled.untilDue() == 0) {
      polled.turn();
    }
    assertThat(polled.untilDue()).isNegative();
    reactor.callLater(Duration.ofMillis(30), ran::countDown);
    assertThat(polled.untilDue()).isBetween(1L, 30_000_000L);
    polls = 0;
    pollUntil(ran);
    assertThat(polls).isLessThan(10);
  }

  @Test
  void callsFromOtherThreadsEndThePoll() throws Exception {
    for (int i = 0; i < 200; i++) {
      var ran = new CountDownLatch(1);
      Thread.ofPlatform().start(() -> reactor.execute(ran::countDown));
      pollUntil(ran);
    }
  }

  @Test
  void aLoopInsideOfACallPollsAsWell() throws Exception {
    var inside = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    var behind = new CountDownLatch(1);
    reactor.execute(() -> {
      try {
        Thread.ofPlatform().start(() -> reactor.execute(inside::countDown));
        pollUntil(inside);
        pollUntil(behind);
      } catch (Exception e) {
        throw new AssertionError(e);
      }
      over.countDown();
    });
    reactor.execute(behind::countDown);
    pollUntil(over);
  }

  @Test
  void isForTheLoopsThread() throws Exception {
    var refused = new CompletableFuture<Throwable>();
    Thread.ofPlatform()
        .start(() -> {
          try {
            refused.complete(new AssertionError("told " + polled.untilDue()));
          } catch (IllegalStateException e) {
            refused.complete(e);
          }
        });
    assertThat(refused.get(20, TimeUnit.SECONDS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("polled");
  }

  @Test
  void anEngineWithADescriptorNeedsNoThread() {
    Reactor other =
        Reactor.create(ReactorOptions.defaults().withName("bare").withEngine(LoneEngine.with(77)));
    PolledReactor bare =
        other.polled(() -> {
          throw new AssertionError("nobody is to be told");
        });
    assertThat(bare.descriptor()).hasValue(77);
    var ran = new ArrayList<String>();
    other.execute(() -> ran.add("ran"));
    assertThat(bare.untilDue()).isZero();
    assertThat(bare.turn()).isTrue();
    assertThat(ran).containsExactly("ran");
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("bare-lookout"));
    assertThatThrownBy(() -> other.drivenBy(Runnable::run))
        .isInstanceOf(IllegalStateException.class);
    other.stop();
    while (bare.turn()) {}
  }
}
