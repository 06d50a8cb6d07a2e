package io.tendril.examples.devices;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import module io.tendril;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * A timer of the kernel's, by timerfd_create(2): it runs on while this machine sleeps, or ticks by
 * a clock that {@code reactor.callLater} does not know. A descriptor that can be read when it has
 * ticked.
 */
public final class KernelTimer implements AutoCloseable {
  private static final MethodHandle CREATE = Calls.find("timerfd_create", JAVA_INT, JAVA_INT);
  private static final MethodHandle SET =
      Calls.find("timerfd_settime", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);

  /** As the monotonic clock, and goes on while the machine sleeps. */
  private static final int CLOCK_BOOTTIME = 7;

  private static final long SECOND = 1_000_000_000;

  private final Descriptor descriptor;
  private final MemorySegment count = Arena.ofAuto().allocate(JAVA_LONG);

  private KernelTimer(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  static void main() {
    Reactor.run(reactor -> {
      var _ = every(reactor, Duration.ofSeconds(1), ticks -> IO.println(ticks + " s have passed"));
      return Deferred.done();
    });
  }

  /**
   * Calls an action at each tick.
   *
   * @param ticked is told how many ticks there were since it was told last: mostly one
   */
  public static KernelTimer every(Reactor reactor, Duration period, LongConsumer ticked)
      throws IOException {
    int flags = Calls.O_NONBLOCK | Calls.O_CLOEXEC;
    var descriptor =
        Descriptor.adopt(
            Calls.call(
                "timerfd_create", state -> (int) CREATE.invokeExact(state, CLOCK_BOOTTIME, flags)));
    var timer = new KernelTimer(descriptor);
    try {
      timer.set(period);
      var _ = reactor.watch(descriptor, Interest.READ, _ -> ticked.accept(timer.ticks()));
    } catch (IOException | RuntimeException e) {
      descriptor.close();
      throw e;
    }
    return timer;
  }

  /** A {@code struct itimerspec}: the period, and the time to the first tick. */
  private void set(Duration period) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment times = arena.allocate(4 * 8, 8);
      for (int i = 0; i < 4; i += 2) {
        times.setAtIndex(JAVA_LONG, i, period.toNanos() / SECOND);
        times.setAtIndex(JAVA_LONG, i + 1, period.toNanos() % SECOND);
      }
      int number = descriptor.number();
      Calls.call(
          "timerfd_settime",
          state -> (int) SET.invokeExact(state, number, 0, times, MemorySegment.NULL));
    }
  }

  private long ticks() throws IOException {
    return Calls.read(descriptor.number(), count) == 0 ? 0 : count.get(JAVA_LONG, 0);
  }

  /** Stops it. */
  @Override
  public void close() {
    descriptor.close();
  }
}
