package io.tendril.core.internal.tls;

import io.tendril.spi.Engine;
import io.tendril.spi.TlsEngine;
import io.tendril.spi.TlsEngine.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * The way down of one TLS socket: plaintext becomes records in a borrowed buffer, and what the
 * layer below does not take of them is kept. While something is kept, or the layer below keeps
 * something itself, no more plaintext is taken: that is how backpressure comes through.
 */
final class TlsOutput {
  /**
   * How much plaintext is encrypted before it is offered to the layer below: as much as may have to
   * be kept of it, since each offer costs a system call.
   */
  private static final int BATCH = 3 * TlsBuffers.RECORD;

  /** The same, of an output that flows. */
  private static final int LARGE_BATCH = 6 * TlsBuffers.RECORD;

  /**
   * An output flows when the layer below has taken this much without leaving anything: more than a
   * pipe takes whose reader has paused.
   */
  private static final int FLOWS = 256 << 10;

  /** The records that a long output begins with, so that the peer has something early. */
  private static final int FIRST = 4 << 10;

  /** How much of a long output goes in such records. */
  private static final int LATENCY = 32 << 10;

  /** The most of the engine's own words, answers for the most part, that may wait. */
  private static final int MOST_WORDS = 64 << 10;

  private static final ByteBuffer[] NOTHING = {};

  private final TlsEngine engine;
  private final Engine.StreamSocket lower;
  private final TlsBuffers buffers;
  private @Nullable ByteBuffer kept;

  /** How much the engine has said of its own since the last time that nothing was kept. */
  private int words;

  /** How much plaintext has been sent since the last time that all was. */
  private int run;

  /** How much plaintext the layer below has taken since it left something the last time. */
  private int flow;

  TlsOutput(TlsEngine engine, Engine.StreamSocket lower, TlsBuffers buffers) {
    this.engine = engine;
    this.lower = lower;
    this.buffers = buffers;
  }

  /** Ciphertext that the layer below has not taken. */
  int kept() {
    return kept == null ? 0 : kept.remaining();
  }

  /**
   * Whether the peer asks for answers (to key updates, for one) and does not read them. Plaintext
   * that waits does not count: two sides that write much, and only then read, have to get on.
   */
  boolean isFull() {
    return words > MOST_WORDS;
  }

  void drop() {
    kept = null;
  }

  /** Offers what is kept to the layer below: whether nothing is left. */
  boolean flush() throws IOException {
    ByteBuffer data = kept;
    if (data != null) {
      lower.write(new ByteBuffer[] {data}, 0, 1);
      if (data.hasRemaining()) {
        return false;
      }
      kept = null;
      words = 0;
    }
    return true;
  }

  /** Sends what the engine has to say itself: parts of a handshake, alerts. */
  void emit() throws IOException {
    ByteBuffer out = buffers.borrow(engine);
    try {
      while (engine.next() == Step.OUTPUT) {
        int before = out.position();
        Step step = engine.encrypt(NOTHING, 0, 0, out);
        words += out.position() - before;
        if (step == Step.SPACE && before > 0) {
          send(out);
        } else if (out.position() == before && engine.next() == Step.OUTPUT) {
          throw new TlsFailure("the engine has something to send and does not say what");
        }
      }
    } finally {
      sendAndGiveBack(out);
    }
  }

  /** Sends what the engine would rather send along with plaintext. */
  void emitTickets() throws IOException {
    ByteBuffer out = buffers.borrow(engine);
    try {
      engine.encrypt(NOTHING, 0, 0, out);
    } finally {
      sendAndGiveBack(out);
    }
  }

  /**
   * Encrypts and sends as much as the layer below takes, and a little more.
   *
   * @param offered how many bytes are left to be sent in all
   * @return how many were taken
   */
  long write(ByteBuffer[] from, int offset, int length, long offered) throws IOException {
    if (!ready()) {
      return 0;
    }
    long here = 0;
    for (int i = offset; i < offset + length; i++) {
      here += from[i].remaining();
    }
    long taken = 0;
    int batch = batch();
    ByteBuffer out = buffers.borrow(engine);
    try {
      int count;
      do {
        int most = (int) Math.min(here - taken, record(offered, taken));
        count = most == 0 || taken + most > batch ? 0 : encryptRecord(from, offset, most, out);
        taken += count;
      } while (count > 0);
    } finally {
      sendAndGiveBack(out);
    }
    run = taken == offered ? 0 : (int) Math.min(LATENCY, run + taken);
    flow = kept() > 0 ? 0 : (int) Math.min(FLOWS, flow + taken);
    return taken;
  }

  /** A layer above another one holds little, since that one holds something, too. */
  private int batch() {
    return flow >= FLOWS && lower.lower() == null ? LARGE_BATCH : BATCH;
  }

  private boolean ready() throws IOException {
    return flush() && lower.unsent() == 0;
  }

  /** How long the next record may be: as long as it can unless a long output begins. */
  private int record(long offered, long taken) {
    return offered > TlsBuffers.RECORD && run + taken < LATENCY ? FIRST : TlsBuffers.RECORD;
  }

  /** Makes one record of plaintext: how much it holds, or 0 if none can be made now. */
  private int encryptRecord(ByteBuffer[] from, int offset, int most, ByteBuffer out)
      throws IOException {
    int first = offset;
    while (!from[first].hasRemaining()) {
      first++;
    }
    int last = first;
    int sum = from[first].remaining();
    while (sum < most) {
      sum += from[++last].remaining();
    }
    ByteBuffer end = from[last];
    int limit = end.limit();
    end.limit(limit - (sum - most));
    try {
      encrypt(from, first, last - first + 1, out);
    } finally {
      sum = 0;
      for (int i = first; i <= last; i++) {
        sum += from[i].remaining();
      }
      end.limit(limit);
    }
    return most - sum;
  }

  /**
   * Calls the engine until it has taken plaintext: it may have messages of its own to send first.
   */
  private void encrypt(ByteBuffer[] from, int offset, int length, ByteBuffer out)
      throws IOException {
    if (engine.direct() && (length > 1 || !from[offset].isDirect())) {
      encryptGathered(from, offset, length, out);
    } else {
      encryptAsItIs(from, offset, length, out);
    }
  }

  private void encryptGathered(ByteBuffer[] from, int offset, int length, ByteBuffer out)
      throws IOException {
    ByteBuffer all = buffers.borrow(engine);
    try {
      for (int i = offset; i < offset + length; i++) {
        all.put(from[i].duplicate());
      }
      encryptAsItIs(new ByteBuffer[] {all.flip()}, 0, 1, out);
      int taken = all.position();
      for (int i = offset; taken > 0; i++) {
        int count = Math.min(taken, from[i].remaining());
        from[i].position(from[i].position() + count);
        taken -= count;
      }
    } finally {
      buffers.giveBack(all);
    }
  }

  private void encryptAsItIs(ByteBuffer[] from, int offset, int length, ByteBuffer out)
      throws IOException {
    int start = from[offset].position();
    int before;
    do {
      before = out.position();
      if (engine.encrypt(from, offset, length, out) == Step.END) {
        throw new TlsFailure("the peer has closed, which ends both directions in this version");
      }
    } while (from[offset].position() == start && out.position() != before);
  }

  /** Reads a part of a file, encrypts and sends it: how much. */
  long sendFile(FileChannel file, long position, long count) throws IOException {
    if (!ready()) {
      return 0;
    }
    ByteBuffer part = buffers.borrow(engine);
    try {
      part.limit((int) Math.min(count, batch()));
      file.read(part, position);
      part.flip();
      return part.hasRemaining() ? write(new ByteBuffer[] {part}, 0, 1, count) : 0;
    } finally {
      buffers.giveBack(part);
    }
  }

  private void sendAndGiveBack(ByteBuffer out) throws IOException {
    try {
      send(out);
    } finally {
      buffers.giveBack(out);
    }
  }

  /** Sends what is in a buffer, or keeps it, and empties the buffer. */
  private void send(ByteBuffer out) throws IOException {
    out.flip();
    try {
      if (out.hasRemaining() && flush()) {
        lower.write(new ByteBuffer[] {out}, 0, 1);
      }
    } finally {
      keep(out);
      out.clear();
      words = kept() == 0 ? 0 : words;
    }
  }

  private void keep(ByteBuffer out) {
    if (!out.hasRemaining()) {
      return;
    }
    ByteBuffer before = kept;
    ByteBuffer all = ByteBuffer.allocate(kept() + out.remaining());
    if (before != null) {
      all.put(before);
    }
    kept = all.put(out).flip();
  }
}
