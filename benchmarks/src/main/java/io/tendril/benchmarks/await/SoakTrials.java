package io.tendril.benchmarks.await;

import static io.tendril.benchmarks.await.SoakWork.check;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;

/** What a soak does beside mere awaiting, each again and again in coroutines of its own. */
final class SoakTrials {
  private static final ScopedValue<String> SCOPED = ScopedValue.newInstance();

  private static long deep;
  private static long thrown;
  private static long cancelled;
  private static long slept;
  private static long landmarks;

  private final SoakWork work;

  SoakTrials(SoakWork work) {
    this.work = work;
  }

  static String counts() {
    return "deep %d thrown %d cancelled %d slept %d landmarks %d"
        .formatted(deep, thrown, cancelled, slept, landmarks);
  }

  void begin() {
    work.begin(this::deepStacks);
    work.begin(this::deepStacks);
    work.begin(this::exceptions);
    work.begin(this::scopedValues);
    work.begin(this::cancellations);
    work.begin(this::monitors);
    work.begin(this::abandoned);
    work.begin(this::passesTheLandmark);
    for (int i = 0; i < 200; i++) {
      int number = i;
      work.begin(() -> sleeps(number));
    }
  }

  /** Rests for many turns, so that what costs much does not take all of the time. */
  private void rests(int turns) {
    for (int i = 0; i < turns && !work.over; i++) {
      work.rest();
    }
  }

  private Object deepStacks() {
    while (!work.over) {
      int depth = 100 + work.random.nextInt(500);
      long seed = work.random.nextLong();
      check(down(depth, seed) == depth, "the sum of a deep stack");
      deep++;
      rests(50);
    }
    return null;
  }

  /** Goes down, rests at the bottom and at some places of the way up; what it holds must stay. */
  private int down(int depth, long seed) {
    long own = seed * 31 + depth;
    double real = depth / 3.0;
    Object[] young = {Long.valueOf(own), "depth " + depth};
    int below = 0;
    if (depth > 0) {
      below = down(depth - 1, own) + 1;
    } else {
      rests(4);
    }
    if (depth % 97 == 0) {
      work.rest();
    }
    check(own == seed * 31 + depth && real == depth / 3.0, "locals at depth " + depth);
    check(young[0].equals(own) && young[1].equals("depth " + depth), "objects at depth " + depth);
    return below;
  }

  private Object exceptions() {
    while (!work.over) {
      int depth = work.random.nextInt(300);
      try {
        failsBelow(depth);
        check(false, "nothing was thrown");
      } catch (IOException e) {
        check(e.getMessage().equals("far away"), "the message " + e);
        check(e.getSuppressed().length == 1, "the awaiting place of " + e);
        StackTraceElement[] frames = e.getSuppressed()[0].getStackTrace();
        int own = 0;
        while (own < frames.length && frames[own].getMethodName().equals("failsBelow")) {
          own++;
        }
        check(own == depth + 1, own + " frames of " + depth + " and one");
      }
      thrown++;
      rests(200);
    }
    return null;
  }

  private int failsBelow(int depth) throws IOException {
    if (depth > 0) {
      try {
        return failsBelow(depth - 1) + 1;
      } finally {
        if (depth % 50 == 0) {
          work.rest();
        }
      }
    }
    Promise<Integer> promise = Promise.create();
    work.reactor.execute(() -> promise.fail(new IOException("far away")));
    return promise.deferred().await(IOException.class);
  }

  private Object scopedValues() throws Exception {
    while (!work.over) {
      check(!SCOPED.isBound(), "a scoped value has come out of its scope");
      ScopedValue.where(SCOPED, "outer")
          .call(() -> {
            work.rest();
            check(SCOPED.get().equals("outer"), "the outer scoped value");
            ScopedValue.where(SCOPED, "inner")
                .run(() -> {
                  work.rest();
                  check(SCOPED.get().equals("inner"), "the inner scoped value");
                });
            check(SCOPED.get().equals("outer"), "the outer scoped value after the inner");
            return work;
          });
      rests(20);
    }
    return null;
  }

  private Object cancellations() {
    while (!work.over) {
      boolean[] cleaned = new boolean[1];
      Deferred<Integer> body =
          work.reactor.async(() -> {
            try {
              return Promise.<Integer>create().deferred().await();
            } finally {
              work.rest();
              cleaned[0] = true;
            }
          });
      work.rest();
      body.cancel();
      try {
        body.await();
        check(false, "a cancelled one has returned");
      } catch (CancellationException e) {
        check(cleaned[0], "a finally block was left out");
      }
      cancelled++;
      rests(50);
    }
    return null;
  }

  private Object monitors() {
    Object lock = new Object();
    while (!work.over) {
      synchronized (lock) {
        work.rest();
        check(Thread.holdsLock(lock), "a monitor was lost");
      }
      check(!Thread.holdsLock(lock), "a monitor was kept");
      rests(20);
    }
    return null;
  }

  private Object abandoned() {
    while (!work.over) {
      work.reactor.async(() -> {
        byte[] held = new byte[256];
        Promise.create().deferred().await();
        return held;
      });
      work.abandoned++;
      rests(500);
    }
    return null;
  }

  /** Suspended for seconds, with objects on its stack that grow old there. */
  private Object sleeps(int number) {
    while (!work.over) {
      String own = "sleeper " + number;
      check(sleepsBelow(50 + number, own) == 50 + number, own);
      slept++;
    }
    return null;
  }

  private int sleepsBelow(int depth, String own) {
    String mine = own + " at " + depth;
    int below = 0;
    if (depth == 0) {
      work.reactor.after(Duration.ofMillis(1_000 + work.random.nextInt(4_000))).await();
      work.awaits++;
    } else {
      below = sleepsBelow(depth - 1, own) + 1;
    }
    check(mine.equals(own + " at " + depth), own);
    return below;
  }

  private Object passesTheLandmark() {
    while (!work.over) {
      check(landmark(landmarks) == landmarks + 1, "the landmark's result");
      landmarks++;
      work.reactor.after(Duration.ofSeconds(1)).await();
    }
    return null;
  }

  /** Where {@link SoakDebugger} has its breakpoint: it steps from here over the await. */
  private long landmark(long number) {
    long before = number;
    work.rest();
    long after = before + 1;
    return after;
  }
}
