package io.tendril.benchmarks.await;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Vert.x's {@code Future.await} on its context of virtual threads. */
final class VertxAwait implements AwaitRounds.Contestant {
  private final Context context;
  private final List<Promise<Void>> never = new ArrayList<>();
  private long awaits;
  private boolean over;

  private VertxAwait() throws Exception {
    var found = new CompletableFuture<Context>();
    Vertx.vertx()
        .deployVerticle(
            new AbstractVerticle() {
              @Override
              public void start() {
                found.complete(context);
              }
            },
            new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD));
    context = found.get(30, TimeUnit.SECONDS);
  }

  public static void main(String[] arguments) throws Exception {
    AwaitRounds.serve(new VertxAwait());
  }

  @Override
  public long suspending(int pairs, long nanos) throws Exception {
    awaits = 0;
    over = false;
    long end = System.nanoTime() + nanos;
    var done = new CountDownLatch(2 * pairs);
    for (int i = 0; i < pairs; i++) {
      Promise<?>[] seats = new Promise<?>[2];
      for (int side = 0; side < 2; side++) {
        int own = side;
        context.runOnContext(_ -> {
          half(seats, own, end);
          done.countDown();
        });
      }
    }
    if (!done.await(1, TimeUnit.MINUTES)) {
      throw new AssertionError("it hangs");
    }
    return awaits;
  }

  @SuppressWarnings("unchecked")
  private void half(Promise<?>[] seats, int side, long end) {
    long expected = side + 1;
    while (true) {
      Promise<Long> turn = Promise.promise();
      seats[side] = turn;
      var other = (Promise<Long>) seats[1 - side];
      if (other != null) {
        other.tryComplete(over ? -1L : expected - 1);
      }
      if (over) {
        return;
      }
      long got = turn.future().await();
      if (got < 0) {
        return;
      }
      if (got != expected) {
        throw new AssertionError(got + " for " + expected);
      }
      expected += 2;
      if ((++awaits & 0x3ff) == 0 && System.nanoTime() - end > 0) {
        over = true;
      }
    }
  }

  @Override
  public long ready(long nanos) throws Exception {
    var result = new CompletableFuture<Long>();
    context.runOnContext(_ -> {
      long end = System.nanoTime() + nanos;
      long count = 0;
      long sum = 0;
      while (System.nanoTime() - end < 0) {
        for (int i = 0; i < 10_000; i++) {
          sum += Future.succeededFuture(i).await();
        }
        count += 10_000;
      }
      result.complete(sum < 0 ? 0 : count);
    });
    return result.get(1, TimeUnit.MINUTES);
  }

  @Override
  public void suspended(int count) throws Exception {
    var begun = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      Promise<Void> own = Promise.promise();
      never.add(own);
      context.runOnContext(_ -> {
        begun.countDown();
        own.future().await();
      });
    }
    if (!begun.await(5, TimeUnit.MINUTES)) {
      throw new AssertionError("it hangs");
    }
  }
}
