package io.tendril.benchmarks.micro;

import io.tendril.core.DelayedCall;
import io.tendril.core.Reactor;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Delayed calls, with a million of them pending. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class DelayedCallBenchmark {
  private static final int PENDING = 1_000_000;
  private static final Reactor.Action NOTHING = () -> {};

  private final SplittableRandom random = new SplittableRandom(1);
  private final Duration[] delays = new Duration[4096];
  private final DelayedCall[] pending = new DelayedCall[PENDING];
  private Reactor reactor;
  private int next;

  @Setup(Level.Trial)
  public void fill() {
    reactor = Reactor.create();
    for (int i = 0; i < delays.length; i++) {
      delays[i] = Duration.ofMillis(60_000 + random.nextInt(3_600_000));
    }
    for (int i = 0; i < PENDING; i++) {
      pending[i] = reactor.callLater(delays[i & 4095].plusNanos(random.nextInt(1 << 30)), NOTHING);
    }
  }

  @TearDown(Level.Trial)
  public void stop() {
    reactor.stop();
    while (reactor.turn(Duration.ZERO)) {}
  }

  /** Makes a call among the million and takes it back. */
  @Benchmark
  public void scheduleAndCancel() {
    reactor.callLater(delays[next++ & 4095], NOTHING).cancel();
  }

  /** Takes one of the million back, at random, and makes another in its place. */
  @Benchmark
  public void cancelAnyAndSchedule() {
    int victim = random.nextInt(PENDING);
    pending[victim].cancel();
    pending[victim] = reactor.callLater(delays[next++ & 4095], NOTHING);
  }

  /** Moves one of the million, at random. */
  @Benchmark
  public void resetAny() {
    pending[random.nextInt(PENDING)].reset(delays[next++ & 4095]);
  }
}
