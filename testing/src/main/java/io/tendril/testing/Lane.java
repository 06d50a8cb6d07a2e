package io.tendril.testing;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;

/**
 * One direction of a connection: bytes that one end has written, on their way to the other.
 *
 * <pre>
 *   writer --write--> unsent --transmit--> flying --arrive--> arrived --read--> reader
 *           (at most sendLimit, with flying)        (at most receiveLimit, with flying)
 * </pre>
 *
 * <p>Segments that fly are never lost, only late: the link sends them again. They arrive in order:
 * one that overtakes waits for those before it.
 */
final class Lane {
  /** A piece on its way; the last one has no bytes. */
  private final class Segment extends Parcel {
    final byte[] bytes;

    /** Whether the connection is reset behind it, by what lies between. */
    final boolean fatal;

    boolean here;

    Segment(Draw draw, byte[] bytes, boolean fatal) {
      super(
          link, draw, writer.host(), reader.host(), writer.number(), reader.number(), bytes.length);
      this.bytes = bytes;
      this.fatal = fatal;
    }

    boolean isEnd() {
      return bytes.length == 0;
    }

    @Override
    void arrive() {
      Lane.this.arrive(this);
    }

    @Override
    void giveUp() {
      writer.connectionTimedOut();
    }
  }

  private final MemoryNetwork network;
  private final SplittableRandom random;
  private final MemoryLink link;
  private final MemoryStream writer;
  private final MemoryStream reader;
  private final int sendLimit;
  private final int receiveLimit;

  private final ByteQueue unsent = new ByteQueue();
  private final Deque<Segment> flying = new ArrayDeque<>();
  private final ByteQueue arrived = new ByteQueue();
  private int flyingBytes;
  private boolean endWritten;
  private boolean endSent;
  private boolean endArrived;
  private boolean cut;

  Lane(MemoryLink link, MemoryStream writer, MemoryStream reader, int sendLimit, int receiveLimit) {
    this.network = link.network();
    this.random = link.random().split();
    this.link = link;
    this.writer = writer;
    this.reader = reader;
    this.sendLimit = sendLimit;
    this.receiveLimit = receiveLimit;
  }

  // ---- The writer's side ----------------------------------------------------------------------

  /** How many bytes would be accepted now. */
  int space() {
    return endWritten || cut ? 0 : Math.max(0, sendLimit - unsent.size() - flyingBytes);
  }

  /** Accepts what there is space for, or less. */
  int write(ByteBuffer from) {
    int count = network.some(random, Math.min(from.remaining(), space()));
    if (count > 0) {
      unsent.add(from, count);
      transmit();
    }
    return count;
  }

  /** No more will be written. */
  void writeEnd() {
    endWritten = true;
    transmit();
  }

  boolean isEndWritten() {
    return endWritten;
  }

  /** Forgets what has not arrived: the writer is gone without an end, or cannot go on. */
  void cut() {
    cut = true;
    unsent.clear();
    flying.clear();
    flyingBytes = 0;
  }

  // ---- On the way -----------------------------------------------------------------------------

  private void transmit() {
    if (!link.isHeld()) {
      transfer(Integer.MAX_VALUE);
    }
  }

  /**
   * Sends at most so many bytes, as far as the reader's buffer has room; then, if it is due, the
   * end.
   *
   * @return whether anything was sent
   */
  boolean transfer(int most) {
    int left = most;
    boolean sent = false;
    while (!cut && left > 0 && unsent.size() > 0 && room() > 0) {
      int count = network.segment(random, Math.min(Math.min(left, unsent.size()), room()));
      Draw draw = Draw.from(random);
      if (link.resets(draw)) {
        send(new Segment(draw, unsent.take(1 + random.nextInt(count)), /* fatal= */ true));
        return true;
      }
      send(new Segment(draw, unsent.take(count), /* fatal= */ false));
      left -= count;
      sent = true;
    }
    if (!cut && endWritten && !endSent && unsent.size() == 0) {
      endSent = true;
      send(new Segment(Draw.from(random), new byte[0], /* fatal= */ false));
      sent = true;
    }
    return sent;
  }

  /** The reader's window; a reader that is gone takes everything, to answer with a reset. */
  private int room() {
    return reader.takesBytes() ? receiveLimit - arrived.size() - flyingBytes : Integer.MAX_VALUE;
  }

  private void send(Segment segment) {
    flying.add(segment);
    flyingBytes += segment.bytes.length;
    note(segment, segment.isEnd() ? Timeline.Event.END_SENT : Timeline.Event.SENT);
    link.carryForSure(segment);
  }

  private void arrive(Segment segment) {
    segment.here = true;
    while (!cut && !flying.isEmpty() && flying.getFirst().here) {
      Segment first = flying.removeFirst();
      flyingBytes -= first.bytes.length;
      arrived(first);
    }
  }

  private void arrived(Segment first) {
    network
        .timeline()
        .addBytes(
            first.isEnd() ? Timeline.Event.END_ARRIVED : Timeline.Event.ARRIVED,
            reader.number(),
            writer.number(),
            first.bytes);
    if (first.isEnd()) {
      endArrived = true;
    } else if (reader.takesBytes()) {
      arrived.add(first.bytes);
    } else {
      reader.refuse(writer);
    }
    reader.changed();
    writer.changed();
    if (first.fatal) {
      reader.torn();
      writer.torn();
    }
  }

  private void note(Segment segment, Timeline.Event event) {
    network.timeline().addBytes(event, segment.who, segment.whom, segment.bytes);
  }

  // ---- The reader's side ----------------------------------------------------------------------

  /** How many bytes can be read now. */
  int available() {
    return arrived.size();
  }

  /** Whether all has been read, and no more will come. */
  boolean atEnd() {
    return endArrived && arrived.size() == 0;
  }

  /** Reads what is there, or less. */
  int read(ByteBuffer into) {
    int count = network.some(random, Math.min(into.remaining(), arrived.size()));
    if (count > 0) {
      arrived.take(into, count);
      transmit();
      writer.changed();
    }
    return count;
  }

  boolean isEndArrived() {
    return endArrived;
  }

  /** Throws away what has arrived. */
  void discard() {
    arrived.clear();
  }

  /** The reader is gone: what was held back for want of room may come, and will be refused. */
  void readerGone() {
    discard();
    transmit();
  }
}
