package io.tendril.testing;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

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
  private static final class Segment {
    final byte[] bytes;
    boolean here;

    Segment(byte[] bytes) {
      this.bytes = bytes;
    }

    boolean isEnd() {
      return bytes.length == 0;
    }
  }

  private final MemoryNetwork network;
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
    int count = network.some(Math.min(from.remaining(), space()));
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
      int count = network.segment(Math.min(Math.min(left, unsent.size()), room()));
      send(new Segment(unsent.take(count)));
      left -= count;
      sent = true;
    }
    if (!cut && endWritten && !endSent && unsent.size() == 0) {
      endSent = true;
      send(new Segment(new byte[0]));
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
    link.carryForSure(() -> arrive(segment), writer::connectionTimedOut);
  }

  private void arrive(Segment segment) {
    segment.here = true;
    while (!cut && !flying.isEmpty() && flying.getFirst().here) {
      Segment first = flying.removeFirst();
      flyingBytes -= first.bytes.length;
      if (first.isEnd()) {
        endArrived = true;
      } else if (reader.takesBytes()) {
        arrived.add(first.bytes);
      } else {
        reader.refuse(writer);
      }
      reader.changed();
      writer.changed();
    }
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
    int count = network.some(Math.min(into.remaining(), arrived.size()));
    if (count > 0) {
      arrived.take(into, count);
      transmit();
      writer.changed();
    }
    return count;
  }

  /** Throws away what has arrived: a reset does this, as RFC 9293 has it. */
  void discard() {
    arrived.clear();
  }

  /** The reader is gone: what was held back for want of room may come, and will be refused. */
  void readerGone() {
    discard();
    transmit();
  }
}
