package io.tendril.benchmarks.await;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Tendril's coroutines, on what carrier the options of the virtual machine allow. */
final class TendrilAwait implements AwaitRounds.Contestant {
  private final Reactor reactor = Reactor.create().start();
  private final List<Promise<Void>> never = new ArrayList<>();
  private long awaits;
  private boolean over;

  public static void main(String[] arguments) throws Exception {
    AwaitRounds.serve(new TendrilAwait());
  }

  @Override
  public long suspending(int pairs, long nanos) throws Exception {
    awaits = 0;
    return reactor.blockingCall(
        () -> {
          over = false;
          long end = System.nanoTime() + nanos;
          Deferred<Object> last = Deferred.succeeded(null);
          for (int i = 0; i < pairs; i++) {
            Promise<?>[] seats = new Promise<?>[2];
            reactor.async(() -> half(seats, 0, end));
            Deferred<Object> before = last;
            last = reactor.async(() -> half(seats, 1, end)).thenCompose(_ -> before);
          }
          return last.thenApply(_ -> awaits);
        },
        Duration.ofMinutes(1));
  }

  @SuppressWarnings("unchecked")
  private Object half(Promise<?>[] seats, int side, long end) {
    long expected = side + 1;
    while (true) {
      Promise<Long> turn = Promise.create();
      seats[side] = turn;
      var other = (Promise<Long>) seats[1 - side];
      if (other != null) {
        other.succeed(over ? -1L : expected - 1);
      }
      if (over) {
        return null;
      }
      long got = turn.deferred().await();
      if (got < 0) {
        return null;
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
    return reactor.blockingCall(
        () ->
            reactor.async(() -> {
              long end = System.nanoTime() + nanos;
              long count = 0;
              long sum = 0;
              while (System.nanoTime() - end < 0) {
                for (int i = 0; i < 10_000; i++) {
                  sum += Deferred.succeeded(i).await();
                }
                count += 10_000;
              }
              return sum < 0 ? 0 : count;
            }),
        Duration.ofMinutes(1));
  }

  @Override
  public void suspended(int count) throws Exception {
    reactor.blockingCall(
        () -> {
          for (int i = 0; i < count; i++) {
            Promise<Void> own = Promise.create();
            never.add(own);
            reactor.async(() -> own.deferred().await());
          }
          return Deferred.done();
        },
        Duration.ofMinutes(5));
  }
}
