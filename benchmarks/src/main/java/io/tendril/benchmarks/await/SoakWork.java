package io.tendril.benchmarks.await;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorOptions;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Coroutines that await as often as they can and check what they see, for so many seconds: the
 * program that {@link Soak} runs under each collector. The first thing that is wrong ends it with
 * status 1. What there is:
 *
 * <ul>
 *   <li>128 coroutines in pairs, each firing what its partner awaits: nearly all of the switches.
 *   <li>{@link SoakTrials}: deep stacks, exceptions, scoped values, cancellations, monitors,
 *       coroutines that are abandoned, and some that sleep for seconds with objects on a deep
 *       stack.
 *   <li>Garbage, and a set of old objects that is exchanged bit by bit, so that collections of
 *       every kind meet suspended stacks.
 * </ul>
 */
final class SoakWork {
  private static final int PAIRS = 64;
  private static final int KEPT = 20_000;

  final Reactor reactor = Reactor.create(ReactorOptions.defaults().withName("soak"));
  final SplittableRandom random = new SplittableRandom(1);
  private final Object[] kept = new Object[KEPT];
  private final long end;
  private int running;
  boolean over;

  /** How many awaits have suspended; each is a switch out of the coroutine and one back. */
  long awaits;

  long abandoned;
  long foundAbandoned;

  private SoakWork(int seconds) {
    end = System.nanoTime() + seconds * 1_000_000_000L;
  }

  public static void main(String[] arguments) throws Exception {
    new SoakWork(Integer.parseInt(arguments[0])).run();
  }

  private void run() throws InterruptedException {
    Thread.currentThread().setName("soak");
    reactor.observe(this::observe);
    reactor.execute(this::start);
    reactor.run();
    System.out.println("done");
  }

  private void observe(ReactorEvent event) {
    if (event instanceof ReactorEvent.CoroutineAbandoned) {
      foundAbandoned++;
    } else if (event instanceof ReactorEvent.Chosen) {
      System.out.println(event);
    } else if (event.isFailure()) {
      wrong(event.toString(), event.failure());
    }
  }

  /** Ends all of it: something was not as it has to be. */
  static void wrong(String what, Throwable failure) {
    System.out.println("WRONG " + what);
    if (failure != null) {
      System.out.println(failure);
      StackTraceElement[] frames = failure.getStackTrace();
      for (int i = 0; i < Math.min(30, frames.length); i++) {
        System.out.println("  at " + frames[i]);
      }
    }
    System.out.flush();
    Runtime.getRuntime().halt(1);
  }

  static void check(boolean holds, String what) {
    if (!holds) {
      wrong(what, new AssertionError(what));
    }
  }

  private void start() {
    for (int i = 0; i < PAIRS; i++) {
      Promise<?>[] seats = new Promise<?>[2];
      String name = "pair " + i;
      begin(() -> half(seats, 0, name));
      begin(() -> half(seats, 1, name));
    }
    new SoakTrials(this).begin();
    begin(this::garbage);
    say();
  }

  /** Starts a coroutine that runs until all of it is over. */
  void begin(java.util.concurrent.Callable<?> body) {
    running++;
    reactor
        .async(body)
        .whenComplete((value, failure) -> {
          if (failure != null) {
            wrong("a body has thrown", failure);
          }
          if (--running == 0) {
            last();
          }
        });
  }

  /** Half of a pair: the numbers that the two hand each other are without a gap. */
  @SuppressWarnings("unchecked")
  private Object half(Promise<?>[] seats, int side, String name) {
    long expected = side + 1;
    double half = side / 2.0;
    byte[] own = name.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    while (!over) {
      Promise<Long> turn = Promise.create();
      seats[side] = turn;
      var other = (Promise<Long>) seats[1 - side];
      if (other != null) {
        other.succeed(expected - 1);
      }
      long got = turn.deferred().await();
      awaits++;
      if (got < 0) {
        return null;
      }
      if (got != expected) {
        check(false, name + " got " + got + " for " + expected);
      }
      expected += 2;
      half += 1;
      if ((got & 0xfff) == 0) {
        check(half == side / 2.0 + (expected - side - 1) / 2, name + ": its double is " + half);
        check(name.equals(new String(own, java.nio.charset.StandardCharsets.US_ASCII)), name);
      }
    }
    if (seats[1 - side] instanceof Promise<?> last && !last.isDone()) {
      ((Promise<Long>) last).succeed(-1L);
    }
    return null;
  }

  /** Lets everybody else have a turn. */
  void rest() {
    Promise<Void> promise = Promise.create();
    reactor.execute(promise::succeed);
    promise.deferred().await();
    awaits++;
  }

  private Object garbage() {
    List<byte[]> young = new ArrayList<>();
    while (!over) {
      for (int i = 0; i < 2; i++) {
        young.add(new byte[random.nextInt(4_096)]);
        kept[random.nextInt(KEPT)] = new byte[random.nextInt(2_048)];
      }
      if (young.size() > 256) {
        young.clear();
      }
      rest();
    }
    return null;
  }

  /** A line each minute, and the end when it is time. */
  private void say() {
    long collections = 0;
    long millis = 0;
    for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      collections += bean.getCollectionCount();
      millis += bean.getCollectionTime();
    }
    var threads = ManagementFactory.getThreadMXBean();
    System.out.printf(
        "awaits %d cpu-ms %d collections %d collecting-ms %d abandoned %d found %d %s%n",
        awaits,
        threads.getCurrentThreadCpuTime() / 1_000_000,
        collections,
        millis,
        abandoned,
        foundAbandoned,
        SoakTrials.counts());
    if (System.nanoTime() - end > 0) {
      over = true;
    } else {
      reactor.callLater(
          Duration.ofSeconds(Math.clamp((end - System.nanoTime()) / 1_000_000_000L + 1, 1, 60)),
          this::say);
    }
  }

  /** Every body has ended: those that were abandoned must all be found. */
  private void last() {
    Deferred<?> search =
        reactor.async(() -> {
          for (int i = 0; i < 300 && foundAbandoned < abandoned; i++) {
            System.gc();
            reactor.after(Duration.ofMillis(100)).await();
          }
          check(foundAbandoned == abandoned, foundAbandoned + " found of " + abandoned);
          say();
          reactor.stop();
          return null;
        });
    search.thenRun(() -> {});
  }
}
