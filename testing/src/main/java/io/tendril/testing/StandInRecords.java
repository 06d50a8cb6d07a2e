package io.tendril.testing;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;

/**
 * The records of one direction: those of TLS 1.3 (RFC 8446, section 5), with a checksum in the
 * place of the authentication tag. The content is masked, so that a test that looks for it finds
 * what has gone past TLS.
 */
final class StandInRecords {
  static final int ALERT = 21;
  static final int HANDSHAKE = 22;
  static final int DATA = 23;

  static final int HEADER = 5;

  /** The most content of a record. */
  static final int MOST = 16 << 10;

  /** What a sealed record has besides its content: a header, the type inside, a tag. */
  static final int OVERHEAD = HEADER + 1 + 16;

  private static final byte MASK = 0x5a;

  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private final boolean ofClient;
  private boolean sealed;
  private long number;

  /** The direction away from a client, or towards it. */
  StandInRecords(boolean ofClient) {
    this.ofClient = ofClient;
  }

  /** From the next record on, they are sealed. */
  void seal() {
    sealed = true;
  }

  boolean isSealed() {
    return sealed;
  }

  // ---- Writing --------------------------------------------------------------------------------

  /** How much content goes into so much room, in one record; not positive if none does. */
  static int fitting(int room) {
    return Math.min(MOST, room - OVERHEAD);
  }

  /** Writes a record with content that fits. */
  void write(int type, ByteBuffer[] content, int offset, int length, int most, ByteBuffer out) {
    int start = out.position();
    out.put((byte) (sealed ? DATA : type)).put((byte) 3).put((byte) 3).putShort((short) 0);
    int left = most;
    for (int i = offset; i < offset + length && left > 0; i++) {
      int count = Math.min(left, content[i].remaining());
      out.put(content[i].slice(content[i].position(), count));
      content[i].position(content[i].position() + count);
      left -= count;
    }
    if (sealed) {
      out.put((byte) type);
      int size = out.position() - start - HEADER;
      mask(out, start + HEADER, size);
      long sum = sum(out, start + HEADER, size);
      out.putLong(sum).putLong(mixed(sum));
      number++;
    }
    out.putShort(start + 3, (short) (out.position() - start - HEADER));
  }

  // ---- Reading --------------------------------------------------------------------------------

  /**
   * The record that a buffer begins with.
   *
   * @param length of all of it
   */
  record Read(int type, ByteBuffer content, int length) {}

  /** How long the record is that begins here; -1 if that is not known yet. */
  static int length(ByteBuffer in) {
    return in.remaining() < HEADER ? -1 : HEADER + (in.getShort(in.position() + 3) & 0xffff);
  }

  /** Opens a record that is all there, without moving the buffer's position. */
  Read open(ByteBuffer in) throws SSLException {
    int start = in.position();
    int type = in.get(start);
    int size = length(in) - HEADER;
    boolean known = type >= ALERT && type <= DATA && in.get(start + 1) == 3;
    if (!known || size > MOST + OVERHEAD) {
      throw new SSLException("no record of this protocol");
    }
    int body = start + HEADER;
    if (!sealed) {
      if (type == DATA) {
        throw new SSLException("data before the handshake");
      }
      return new Read(type, in.slice(body, size), HEADER + size);
    }
    int inside = size - 16;
    if (type != DATA || inside < 1) {
      throw new SSLException("a record that is not sealed");
    }
    long sum = sum(in, body, inside);
    if (in.getLong(body + inside) != sum || in.getLong(body + inside + 8) != mixed(sum)) {
      throw new SSLException("Tag mismatch: a record was damaged, left out or repeated");
    }
    int inner = in.get(body + inside - 1) ^ MASK;
    return new Read(inner, in.slice(body, inside - 1), HEADER + size);
  }

  /** The record just opened is taken: its content can be read from here on. */
  void take(Read record) {
    if (sealed) {
      mask(record.content(), 0, record.content().remaining());
      number++;
    }
  }

  private static void mask(ByteBuffer buffer, int at, int count) {
    for (int i = at; i < at + count; i++) {
      buffer.put(i, (byte) (buffer.get(i) ^ MASK));
    }
  }

  // ---- The tag --------------------------------------------------------------------------------

  /** FNV-1a over the content, with the direction and the number of the record before it. */
  private long sum(ByteBuffer in, int at, int count) {
    long sum = OFFSET ^ (ofClient ? number : ~number);
    sum *= PRIME;
    for (int i = at; i < at + count; i++) {
      sum = (sum ^ (in.get(i) & 0xff)) * PRIME;
    }
    return sum;
  }

  private static long mixed(long sum) {
    return Long.rotateLeft(sum * PRIME, 29) ^ sum;
  }
}
