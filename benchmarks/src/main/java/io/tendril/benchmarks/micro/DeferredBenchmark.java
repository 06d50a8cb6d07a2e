package io.tendril.benchmarks.micro;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A chain of three stages, fired and consumed, beside the JDK's own. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class DeferredBenchmark {
  private final Integer value = 1;
  private Object seen = value;

  @Benchmark
  public Object deferred() {
    Promise<Integer> promise = Promise.create();
    var _ = promise.deferred().thenApply(v -> v).thenApply(v -> v).thenAccept(v -> seen = v);
    promise.succeed(value);
    return seen;
  }

  @Benchmark
  public Object completableFuture() {
    CompletableFuture<Integer> future = new CompletableFuture<>();
    var _ = future.thenApply(v -> v).thenApply(v -> v).thenAccept(v -> seen = v);
    future.complete(value);
    return seen;
  }

  @Benchmark
  public Object deferredFired() {
    var _ = Deferred.succeeded(value).thenApply(v -> v).thenApply(v -> v).thenAccept(v -> seen = v);
    return seen;
  }

  @Benchmark
  public Object completableFutureFired() {
    var _ =
        CompletableFuture.completedFuture(value)
            .thenApply(v -> v)
            .thenApply(v -> v)
            .thenAccept(v -> seen = v);
    return seen;
  }
}
