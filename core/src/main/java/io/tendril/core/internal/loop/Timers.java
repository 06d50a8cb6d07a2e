package io.tendril.core.internal.loop;

import io.tendril.core.Context;
import io.tendril.core.DelayedCall;
import io.tendril.core.Reactor;
import io.tendril.core.internal.Origin;
import io.tendril.spi.Inspection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The delayed calls of a reactor: a heap of four children a node, with the times beside the calls
 * so that a comparison touches no object, and each call knowing its place so that it can leave.
 * Calls of the same time run in the order in which they were made.
 */
final class Timers {
  private final LoopReactor reactor;
  private long[] times = new long[16];
  private Call[] calls = new Call[16];
  private int size;
  private long made;

  Timers(LoopReactor reactor) {
    this.reactor = reactor;
  }

  /** A pending, running or past call. Its place is -1 once it has run or was cancelled. */
  class Call implements DelayedCall {
    private Reactor.@Nullable Action action;
    private final Context context;
    private long time;
    private long number;
    private int place;

    Call(Reactor.Action action, long time, Context context) {
      this.action = action;
      this.time = time;
      this.context = context;
      this.number = Timers.this.made++;
      add(this);
    }

    /** Where it was made, if that is known. */
    @Nullable Origin origin() {
      return null;
    }

    /** Whether it belongs to something that is listed itself. */
    boolean inside() {
      return false;
    }

    /** It is about to run, or was cancelled. */
    void over() {}

    @Override
    public void cancel() {
      check();
      remove(this);
      action = null;
      over();
    }

    @Override
    public void reset(Duration fromNow) {
      check();
      move(reactor.clock().nanoTime() + nanos(fromNow));
    }

    @Override
    public void delay(Duration further) {
      check();
      move(time + further.toNanos());
    }

    private void move(long newTime) {
      remove(this);
      time = newTime;
      number = Timers.this.made++;
      add(this);
    }

    private void check() {
      reactor.check("this DelayedCall");
      if (place < 0) {
        throw new IllegalStateException(
            action == null ? "this DelayedCall was cancelled" : "this DelayedCall has run");
      }
    }

    @Override
    public boolean active() {
      return place >= 0;
    }

    @Override
    public long time() {
      return time;
    }

    @Override
    public String toString() {
      return "a delayed call of " + action;
    }
  }

  /** A call that knows where it was made: in debug mode. */
  final class Traced extends Call {
    private final Origin origin;

    Traced(Reactor.Action action, long time, Context context, Origin origin) {
      super(action, time, context);
      this.origin = origin;
    }

    @Override
    Origin origin() {
      return origin;
    }
  }

  /** A call of something that is open and listed itself. */
  final class Inside extends Call {
    Inside(Reactor.Action action, long time, Context context) {
      super(action, time, context);
    }

    @Override
    boolean inside() {
      return true;
    }
  }

  /** How long a delay is; those beyond 146 years are that long, so that sums do not overflow. */
  static long nanos(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("a delay of " + delay);
    }
    return delay.toSeconds() > 4_600_000_000L ? Long.MAX_VALUE / 2 : delay.toNanos();
  }

  /** As {@link #nanos}, of a number of them; none for a negative one. */
  static long clamped(long nanos) {
    return Math.clamp(nanos, 0, Long.MAX_VALUE / 2);
  }

  int size() {
    return size;
  }

  /** Marks the line between the calls that are there now and those made from here on. */
  long mark() {
    return made;
  }

  /** The time of the first one; only if there is one. */
  long firstTime() {
    return times[0];
  }

  /** Takes the first call out if it is due at a time and was made before a mark. */
  @Nullable Call takeDue(long now, long mark) {
    if (size == 0 || times[0] - now > 0 || calls[0].number >= mark) {
      return null;
    }
    Call first = calls[0];
    remove(first);
    first.over();
    return first;
  }

  /** Runs a call that was taken out. */
  void run(Call call) {
    Reactor.Action action = call.action;
    if (action != null) {
      reactor.runIn(call.context, action, "delayed call");
    }
  }

  /** Drops all calls. */
  void clear() {
    for (int i = 0; i < size; i++) {
      calls[i].place = -1;
      calls[i].action = null;
      calls[i].over();
    }
    Arrays.fill(calls, 0, size, null);
    size = 0;
  }

  /** The pending calls that stand for themselves, the earliest first. */
  List<Inspection.Holding> holdings(long now) {
    return holdings(now, /* inside= */ false);
  }

  /** Those of something that should be listed itself, and is not. */
  List<Inspection.Holding> leftovers(long now) {
    return holdings(now, /* inside= */ true);
  }

  private List<Inspection.Holding> holdings(long now, boolean inside) {
    Call[] pending = Arrays.copyOf(calls, size);
    Arrays.sort(pending, (a, b) -> before(a, b) ? -1 : 1);
    List<Inspection.Holding> holdings = new ArrayList<>();
    for (Call call : pending) {
      if (call.inside() == inside) {
        String due =
            (inside ? "of what is closed, " : "")
                + "due in "
                + (call.time - now) / 1_000_000
                + " ms";
        String origin = call.origin() == null ? null : String.valueOf(call.origin());
        holdings.add(new Inspection.Holding(Inspection.Kind.DELAYED_CALL, due, false, origin));
      }
    }
    return holdings;
  }

  private void add(Call call) {
    if (size == times.length) {
      times = Arrays.copyOf(times, size * 2);
      calls = Arrays.copyOf(calls, size * 2);
    }
    up(size++, call);
    if (call.place == 0) {
      reactor.touched();
    }
  }

  private void remove(Call call) {
    int hole = call.place;
    call.place = -1;
    Call last = calls[--size];
    clearSlot(size);
    if (hole == size) {
      return;
    }
    if (before(last, hole == 0 ? last : calls[(hole - 1) >> 2])) {
      up(hole, last);
    } else {
      down(hole, last);
    }
  }

  @SuppressWarnings("NullAway") // a slot that is not in use holds nothing
  private void clearSlot(int slot) {
    calls[slot] = null;
  }

  private static boolean before(Call a, Call b) {
    long difference = a.time - b.time;
    return difference < 0 || (difference == 0 && a.number < b.number);
  }

  private void up(int place, Call call) {
    while (place > 0) {
      int parent = (place - 1) >> 2;
      long difference = call.time - times[parent];
      if (difference > 0 || (difference == 0 && call.number > calls[parent].number)) {
        break;
      }
      put(place, calls[parent]);
      place = parent;
    }
    put(place, call);
  }

  private void down(int place, Call call) {
    for (int child; (child = (place << 2) + 1) < size; ) {
      int least = child;
      for (int other = child + 1; other < Math.min(child + 4, size); other++) {
        long difference = times[other] - times[least];
        if (difference < 0 || (difference == 0 && calls[other].number < calls[least].number)) {
          least = other;
        }
      }
      if (before(call, calls[least])) {
        break;
      }
      put(place, calls[least]);
      place = least;
    }
    put(place, call);
  }

  private void put(int place, Call call) {
    times[place] = call.time;
    calls[place] = call;
    call.place = place;
  }
}
