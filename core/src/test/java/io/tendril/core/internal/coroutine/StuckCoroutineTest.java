package io.tendril.core.internal.coroutine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Reactor;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** R9 for those that hold their reactor and do not let go. */
class StuckCoroutineTest extends CoroutineFixture {
  private static final Logger LOGGER = Logger.getLogger("io.tendril.core");

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          lines.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    LOGGER.addHandler(handler);
  }

  @AfterEach
  void leave() {
    LOGGER.removeHandler(handler);
  }

  /** Runs a body in a reactor with a thread of its own, and returns what is said of it. */
  private String saidOf(CountDownLatch release, Runnable body) throws Exception {
    Reactor stuck =
        reactor(reactor.options().withName("stuck").withSlowCall(Duration.ofMillis(20))).start();
    try {
      stuck.execute(() ->
          stuck.async(() -> {
            body.run();
            return null;
          }));
      String line;
      do {
        line = lines.poll(30, TimeUnit.SECONDS);
      } while (line != null && !line.contains("has held stuck"));
      return String.valueOf(line);
    } finally {
      release.countDown();
      stuck.stop();
      stuck.awaitStopped(Duration.ofSeconds(30));
    }
  }

  private static void neverAwaits(CountDownLatch release) {
    while (release.getCount() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void r9OneThatNeverAwaitsIsNamedWhileItRuns() throws Exception {
    var release = new CountDownLatch(1);
    assertThat(saidOf(release, () -> neverAwaits(release)))
        .contains("and still does; at [")
        .contains("StuckCoroutineTest.neverAwaits(");
  }

  @Test
  void r9OneThatWaitsForALockIsToldOfDeferredLock() throws Exception {
    var release = new CountDownLatch(1);
    Object lock = new Object();
    var taken = new CountDownLatch(1);
    Thread holder =
        new Thread(() -> {
          synchronized (lock) {
            taken.countDown();
            neverAwaits(release);
          }
        });
    holder.start();
    taken.await();
    String said =
        saidOf(
            release,
            () -> {
              synchronized (lock) {
                log.add("got it");
              }
            });
    holder.join();
    assertThat(said).contains("across an await").contains("DeferredLock");
    assertThat(log).containsExactly("got it");
  }
}
