package io.tendril.benchmarks.micro;

import io.tendril.core.Reactor;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Handing calls to another thread: through a reactor's door, beside a bare concurrent queue that a
 * thread polls without ever sleeping. Each invocation hands over a burst and waits for its end, so
 * neither side gets ahead.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class ExecuteBenchmark {
  private static final int BURST = 10_000;

  private final AtomicLong done = new AtomicLong();
  private final Runnable count = () -> done.lazySet(done.getPlain() + 1);
  private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
  private Reactor reactor;
  private volatile boolean ended;
  private Thread poller;
  private long handed;

  @Setup(Level.Trial)
  public void start() {
    reactor = Reactor.create().start();
    poller =
        Thread.ofPlatform()
            .daemon()
            .unstarted(() -> {
              while (!ended) {
                Runnable task = queue.poll();
                if (task != null) {
                  task.run();
                } else {
                  Thread.onSpinWait();
                }
              }
            });
  }

  @TearDown(Level.Trial)
  public void stop() throws Exception {
    ended = true;
    reactor.stop();
    reactor.awaitStopped(Duration.ofSeconds(10));
  }

  @Benchmark
  @OperationsPerInvocation(BURST)
  public void execute() {
    for (int i = 0; i < BURST; i++) {
      reactor.execute(count);
    }
    await();
  }

  @Benchmark
  @OperationsPerInvocation(BURST)
  public void bareQueue() {
    if (!poller.isAlive()) {
      poller.start();
    }
    for (int i = 0; i < BURST; i++) {
      queue.add(count);
    }
    await();
  }

  private void await() {
    handed += BURST;
    while (done.get() < handed) {
      Thread.onSpinWait();
    }
  }
}
