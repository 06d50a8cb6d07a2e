package io.tendril.core.policy;

import io.tendril.core.Promise;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** One thing that waits to go out. */
sealed interface HeldBack {
  /** How many bytes of it have not gone out. */
  long left();

  /** All of it has gone out. */
  void sent();

  /** It will not go out. */
  void fail(Throwable reason);

  /** Bytes that were copied. Small writes share a chunk. */
  final class Chunk implements HeldBack {
    private static final int LEAST = 4 << 10;

    private final ByteBuffer memory;
    private final ByteBuffer unsent;

    Chunk(ByteBuffer data) {
      memory = ByteBuffer.allocate(Math.max(LEAST, data.remaining())).put(data);
      unsent = memory.duplicate().flip();
    }

    /** Takes more behind what is here, if all of it fits. */
    boolean append(ByteBuffer data) {
      if (data.remaining() > memory.remaining()) {
        return false;
      }
      memory.put(data);
      unsent.limit(memory.position());
      return true;
    }

    ByteBuffer unsent() {
      return unsent;
    }

    @Override
    public long left() {
      return unsent.remaining();
    }

    @Override
    public void sent() {}

    @Override
    public void fail(Throwable reason) {}
  }

  /**
   * Bytes in a buffer that was lent.
   *
   * @param data what is left of them
   */
  record Owned(ByteBuffer data, Promise<Void> promise) implements HeldBack {
    @Override
    public long left() {
      return data.remaining();
    }

    @Override
    public void sent() {
      promise.succeed();
    }

    @Override
    public void fail(Throwable reason) {
      promise.fail(reason);
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /** A part of a file. */
  final class FilePart implements HeldBack {
    private final FileChannel file;
    private final Promise<Long> promise;
    private long position;
    private long left;
    private long sent;

    FilePart(FileChannel file, long position, long count, Promise<Long> promise) {
      this.file = file;
      this.position = position;
      this.left = count;
      this.promise = promise;
    }

    FileChannel file() {
      return file;
    }

    long position() {
      return position;
    }

    /** Some of it has gone out, and perhaps the file turned out to be shorter. */
    void advance(long count, boolean atEnd) {
      position += count;
      sent += count;
      left = atEnd ? 0 : left - count;
    }

    @Override
    public long left() {
      return left;
    }

    @Override
    public void sent() {
      promise.succeed(sent);
    }

    @Override
    public void fail(Throwable reason) {
      promise.fail(reason);
    }
  }

  /** Something to do when its turn comes. */
  record Then(Runnable action) implements HeldBack {
    @Override
    public long left() {
      return 0;
    }

    @Override
    public void sent() {
      action.run();
    }

    @Override
    public void fail(Throwable reason) {}
  }
}
