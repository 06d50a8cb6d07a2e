package io.tendril.testing;

import io.tendril.core.ReactorEvent;
import io.tendril.testing.files.Conditions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What has happened in a run, in order: a hash over all of it, and the last events in a form that
 * can be read. An event is a few numbers in a ring; it becomes text only when somebody asks.
 */
final class Timeline {
  /** What can happen, and how it reads; the second end, and the number, where there is one. */
  enum Event {
    CALL("calls %2$s"),
    CONNECTED("is connected to %2$s"),
    REFUSED("is refused by %2$s"),
    SENT("sends %3$d bytes to %2$s"),
    ARRIVED("has %3$d bytes from %2$s"),
    END_SENT("ends its side towards %2$s"),
    END_ARRIVED("has the end of %2$s"),
    LOST("%3$d bytes to %2$s are lost"),
    GIVEN_UP("gives up on %2$s"),
    CLOSED("closes its end of %2$s"),
    RESET_SENT("resets %2$s"),
    BROKEN("the connection to %2$s is broken"),
    DATAGRAM_SENT("sends a datagram of %3$d bytes to %2$s"),
    DATAGRAM_ARRIVED("has a datagram of %3$d bytes from %2$s"),
    UNREACHABLE("hears that %2$s is unreachable"),
    TURN("turns"),
    TIMER("a timer is due"),
    BLOCKING("a blocking call runs"),
    FILE("%4$s"),
    FAULT("%4$s"),
    NOTE("%4$s");

    private final String words;

    Event(String words) {
      this.words = words;
    }
  }

  /** Nobody: an event of the whole network. */
  static final int NOBODY = -1;

  private static final int LONGEST = 4_096;
  private static final int WORDS = 3;
  private static final long PRIME = 0x9E37_79B9_7F4A_7C15L;

  private final LongSupplier clock;
  private final IntFunction<String> names;
  private long[] ring = new long[64 * WORDS];
  private Event[] events = new Event[64];
  private @Nullable Object[] notes = new Object[64];
  private long count;
  private boolean ended;
  private long hash;

  /**
   * A timeline.
   *
   * @param clock the virtual time
   * @param names the name of an end, from its number
   */
  Timeline(LongSupplier clock, IntFunction<String> names) {
    this.clock = clock;
    this.names = names;
  }

  long now() {
    return clock.getAsLong();
  }

  // ---- Writing --------------------------------------------------------------------------------

  /** Something happens at one end, concerning another; the number is what the event says. */
  void add(Event event, int who, int whom, long number) {
    add(event, who, whom, number, number, null);
  }

  /** As {@link #add}, for bytes whose content counts in the hash. */
  void addBytes(Event event, int who, int whom, byte[] bytes) {
    add(event, who, whom, bytes.length, Arrays.hashCode(bytes), null);
  }

  void fault(Fault fault, Object where, int number) {
    String text = (number == 0 ? "" : "fault " + number + ": ") + where + " " + fault.words();
    add(Event.FAULT, NOBODY, NOBODY, 0, text.hashCode(), text);
  }

  /** A program writes to a file, or forces it. */
  void file(int who, Conditions.Operation operation, Path path) {
    boolean forces = operation == Conditions.Operation.FORCE;
    long content = path.hashCode() * 31L + (forces ? 1 : 0);
    add(Event.FILE, who, NOBODY, 0, content, new FileOperation(forces, path));
  }

  private record FileOperation(boolean forces, Path path) {
    @Override
    public String toString() {
      return (forces ? "forces " : "writes to ") + path;
    }
  }

  /**
   * Something that a reactor reports; of its text nothing counts in the hash but its kind, and of
   * what is found out when memory is collected nothing at all.
   */
  void report(int who, ReactorEvent event) {
    if (event instanceof ReactorEvent.FailureUnhandled
        || event instanceof ReactorEvent.CoroutineAbandoned) {
      return;
    }
    add(Event.NOTE, who, NOBODY, 0, event.getClass().getName().hashCode(), event);
  }

  /** Takes no more in. */
  void end() {
    ended = true;
  }

  void note(String text) {
    add(Event.NOTE, NOBODY, NOBODY, 0, text.hashCode(), text);
  }

  private void add(
      Event event, int who, int whom, long number, long content, @Nullable Object note) {
    if (ended) {
      return;
    }
    long time = now();
    long ends = ((long) who << 32) | (whom & 0xFFFF_FFFFL);
    mix(time);
    mix(ends ^ ((long) event.words.hashCode() << 17));
    mix(content);
    if (event == Event.TURN) {
      return; // too many, and they say nothing to a reader
    }
    int slot = slot();
    ring[slot * WORDS] = time;
    ring[slot * WORDS + 1] = ends;
    ring[slot * WORDS + 2] = number;
    events[slot] = event;
    notes[slot] = note;
    count++;
  }

  private void mix(long value) {
    hash = (Long.rotateLeft(hash, 23) ^ value) * PRIME;
  }

  private int slot() {
    int length = notes.length;
    if (count == length && length < LONGEST) {
      ring = Arrays.copyOf(ring, ring.length * 2);
      events = Arrays.copyOf(events, length * 2);
      notes = Arrays.copyOf(notes, length * 2);
      length *= 2;
    }
    return (int) (count % length);
  }

  // ---- Reading --------------------------------------------------------------------------------

  /** A number that two runs share only if the same has happened in both. */
  long hash() {
    return hash;
  }

  /** How many events there have been. */
  long count() {
    return count;
  }

  /** The last events, the latest at the end. */
  List<String> last(int most) {
    List<String> lines = new ArrayList<>();
    long kept = Math.min(count, Math.min(most, notes.length));
    for (long i = count - kept; i < count; i++) {
      lines.add(line((int) (i % notes.length)));
    }
    return lines;
  }

  private String line(int slot) {
    Event event = events[slot];
    long ends = ring[slot * WORDS + 1];
    int who = (int) (ends >> 32);
    String words = event.words.formatted("", name((int) ends), ring[slot * WORDS + 2], notes[slot]);
    return "%s  %s"
        .formatted(seconds(ring[slot * WORDS]), who == NOBODY ? words : name(who) + " " + words);
  }

  private String name(int end) {
    return end == NOBODY ? "somebody" : names.apply(end);
  }

  /** A virtual time, for people. */
  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%12.6f", nanos / 1e9);
  }
}
