package io.tendril.core.internal.tls;

import io.tendril.spi.Engine;
import io.tendril.spi.TlsEngine;
import io.tendril.spi.TlsEngine.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The way up of one TLS socket: reads ciphertext into a borrowed buffer, and decrypts record by
 * record into the reader's. Kept are only the bytes of a record that is not complete, of records
 * that the reader had no room for, and what is left of a decrypted one.
 */
final class TlsInput {
  private static final int HEADER = 5;
  private static final int SMALLEST = 128;

  /** The types are 20 to 23 (RFC 8446, section 5.1). */
  private static final int FIRST_TYPE = 20;

  private static final int MAJOR_VERSION = 3;

  private static final String CUT =
      "the peer has cut the connection without closing TLS: no close_notify";

  private static final String CUT_EARLY = "the peer has closed the connection during the handshake";

  /** The most reads in a row: a peer may send records that hold nothing, without end. */
  private static final int READS = 4;

  private final TlsEngine engine;
  private final Engine.StreamSocket lower;
  private final TlsBuffers buffers;

  /** Ciphertext, read and not decrypted. */
  private @Nullable ByteBuffer kept;

  /** Plaintext that the reader had no room for. */
  private @Nullable ByteBuffer left;

  /** Whether what is kept may be gone on with without reading. */
  private boolean more;

  /** Whether the peer has sent a record. */
  private boolean begun;

  TlsInput(TlsEngine engine, Engine.StreamSocket lower, TlsBuffers buffers) {
    this.engine = engine;
    this.lower = lower;
    this.buffers = buffers;
  }

  /** Whether reading would get on without any more of the peer. */
  boolean ready() {
    return left != null || more;
  }

  void drop() {
    kept = null;
    left = null;
    more = false;
  }

  /** Takes in what was read before TLS was there; nothing else has come yet. */
  void begin(ByteBuffer read) {
    keep(read);
    more = true;
  }

  /** Whether a peer that begins with this may be speaking TLS. */
  static boolean mayBeRecord(ByteBuffer first) {
    int at = first.position();
    return (first.get(at) & 0xfc) == FIRST_TYPE
        && (first.remaining() == 1 || first.get(at + 1) == MAJOR_VERSION);
  }

  /**
   * Reads and decrypts into a buffer until that has enough, or it cannot go on.
   *
   * @return what is needed to go on; MORE if nothing but another call
   */
  Step read(ByteBuffer into) throws IOException {
    takeLeft(into);
    if (left != null) {
      return Step.MORE;
    }
    ByteBuffer cipher = buffers.borrow(engine);
    if (kept != null) {
      cipher.put(kept.duplicate());
    }
    cipher.flip();
    boolean failed = true;
    try {
      Step step = decrypt(cipher, into);
      more = step != Step.INPUT && step != Step.END && cipher.hasRemaining();
      failed = false;
      return step;
    } finally {
      if (failed) {
        drop();
      } else {
        keep(cipher);
      }
      buffers.giveBack(cipher);
    }
  }

  private void takeLeft(ByteBuffer into) {
    ByteBuffer plain = left;
    if (plain != null) {
      int count = Math.min(plain.remaining(), into.remaining());
      into.put(plain.slice(plain.position(), count));
      plain.position(plain.position() + count);
      if (!plain.hasRemaining()) {
        left = null;
      }
    }
  }

  private Step decrypt(ByteBuffer cipher, ByteBuffer into) throws IOException {
    int start = into.position();
    boolean established = engine.established();
    boolean drained = false;
    for (int reads = 0; ; ) {
      if (!begun && cipher.hasRemaining()) {
        if (!mayBeRecord(cipher)) {
          throw new TlsFailure.InTheClear();
        }
        begun = cipher.remaining() >= HEADER;
      }
      Step step = isComplete(cipher) ? decryptOne(cipher, into) : Step.INPUT;
      switch (step) {
        case MORE -> {
          if (engine.established() != established) {
            return Step.MORE;
          }
        }
        case INPUT -> {
          if (isComplete(cipher)) {
            throw new TlsFailure("what came is no record that is allowed");
          }
          if (drained || reads++ == READS) {
            return Step.INPUT;
          }
          int room = room(cipher, into, established);
          int count = fill(cipher, room);
          if (count < 0 && into.position() == start) {
            throw new TlsFailure(established ? CUT : CUT_EARLY);
          } else if (count <= 0) {
            return Step.INPUT;
          }
          drained = count < room;
        }
        case SPACE -> {
          return into.position() > start ? Step.MORE : decryptAside(cipher, into);
        }
        case OUTPUT, TASK, END -> {
          return step;
        }
      }
    }
  }

  /** Decrypts a record into a buffer of any kind. */
  private Step decryptOne(ByteBuffer cipher, ByteBuffer into) throws IOException {
    if (!engine.direct() || into.isDirect() || !into.hasRemaining()) {
      return engine.decrypt(cipher, into);
    }
    ByteBuffer plain = buffers.borrow(engine);
    try {
      plain.limit(Math.min(plain.capacity(), into.remaining()));
      Step step = engine.decrypt(cipher, plain);
      into.put(plain.flip());
      return step;
    } finally {
      buffers.giveBack(plain);
    }
  }

  /** Decrypts a record for which the reader has not room enough: gives it what it has room for. */
  private Step decryptAside(ByteBuffer cipher, ByteBuffer into) throws IOException {
    ByteBuffer plain = buffers.borrow(engine);
    try {
      Step step = engine.decrypt(cipher, plain);
      if (step == Step.SPACE) {
        throw new TlsFailure("a record of more than " + plain.capacity() + " bytes");
      }
      plain.flip();
      int count = Math.min(plain.remaining(), into.remaining());
      into.put(plain.slice(0, count));
      plain.position(count);
      if (plain.hasRemaining()) {
        left = ByteBuffer.allocate(plain.remaining()).put(plain).flip();
      }
      return step;
    } finally {
      buffers.giveBack(plain);
    }
  }

  /**
   * How much to read: no more than the reader has room for, so that little is kept when it pauses;
   * yet always all of a record.
   */
  private static int room(ByteBuffer cipher, ByteBuffer into, boolean established) {
    int here = cipher.remaining();
    int wanted = established ? into.remaining() : TlsBuffers.RECORD;
    int all = Math.max(length(cipher), wanted < TlsBuffers.RECORD ? 0 : wanted);
    return Math.min(Math.max(all - here, HEADER), cipher.capacity() - here);
  }

  /** Whether there is a record, or something that is none and the engine should see. */
  private static boolean isComplete(ByteBuffer cipher) {
    return cipher.remaining() >= length(cipher);
  }

  /** How long the next record is as far as is known; 0 if what is there is no record. */
  private static int length(ByteBuffer cipher) {
    if (cipher.remaining() < HEADER) {
      return HEADER;
    }
    int at = cipher.position();
    int length = cipher.getShort(at + 3) & 0xffff;
    return mayBeRecord(cipher) && length <= TlsBuffers.LARGEST ? HEADER + length : 0;
  }

  private int fill(ByteBuffer cipher, int room) throws IOException {
    cipher.compact().limit(cipher.position() + room);
    try {
      return lower.read(cipher);
    } finally {
      cipher.flip();
    }
  }

  /** Keeps what is left, in the memory that was used before if it is enough. */
  private void keep(ByteBuffer cipher) {
    int size = cipher.remaining();
    ByteBuffer memory = kept;
    if (size == 0) {
      kept = null;
      return;
    }
    if (memory == null || memory.capacity() < size) {
      memory = ByteBuffer.allocate(Math.max(SMALLEST, Integer.highestOneBit(size - 1) << 1));
    }
    kept = memory.clear().put(cipher).flip();
  }
}
