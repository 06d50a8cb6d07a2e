package io.tendril.core.internal.linux;

import io.tendril.spi.Descriptors.Aside;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A file, or a device that cannot be polled: it is read and written aside, a part at a time, since
 * a disk may be slow and a call on it cannot be told not to wait. What has been read is ready here;
 * what has been taken to be written counts as unsent.
 *
 * <p>While a call is on its way the descriptor is that call's: who closes this then leaves the
 * closing to the call's end.
 */
final class FileEnd implements StreamEnd {
  private static final int PART = 64 << 10;

  private final OpenFile file;
  private final int fd;
  private final Aside aside;
  private final AlwaysReady readiness;
  private final MemorySegment memory = Arena.ofAuto().allocate(PART, 8);
  private Told told = (readable, writable) -> {};
  private boolean wantsRead;
  private boolean wantsWrite;

  /** What has been read, and not been taken. */
  private final ByteBuffer there = memory.asByteBuffer().limit(0);

  private boolean busy;
  private boolean ended;
  private int writing;
  private @Nullable IOException failure;

  /** Guards what follows, which the call that is aside looks at. */
  private final Object lock = new Object();

  private boolean inCall;
  private boolean closed;

  FileEnd(LinuxEngine engine, OpenFile file, Aside aside) throws IOException {
    this.file = file;
    this.fd = file.number();
    this.aside = aside;
    this.readiness = AlwaysReady.open(engine, this::ready);
  }

  @Override
  public void told(Told next) {
    told = next;
  }

  @Override
  public void want(boolean readable, boolean writable) {
    wantsRead = readable;
    wantsWrite = writable;
    if (readable && !busy && !readable()) {
      begin(0);
    }
    judge();
  }

  private boolean readable() {
    return there.hasRemaining() || ended || failure != null;
  }

  private boolean isClosed() {
    synchronized (lock) {
      return closed;
    }
  }

  private void judge() {
    readiness.tell((wantsRead && readable()) || (wantsWrite && writing == 0));
  }

  private void ready() {
    told.ready(wantsRead && readable(), wantsWrite && writing == 0);
  }

  // ---- Aside ----------------------------------------------------------------------------------

  /** Has a part read, or written if there are bytes to write. */
  private void begin(int bytes) {
    busy = true;
    writing = bytes;
    aside.run(() -> call(bytes), (count, thrown) -> done(count, thrown));
  }

  /** In a thread of the pool. */
  private int call(int bytes) throws IOException {
    synchronized (lock) {
      if (closed) {
        return 0;
      }
      inCall = true;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Libc.state());
      return bytes == 0 ? readPart(state) : writeParts(state, bytes);
    } finally {
      synchronized (lock) {
        inCall = false;
        if (closed) {
          OwnedDescriptor.closeNumber(fd);
        }
      }
    }
  }

  private int readPart(MemorySegment state) throws IOException {
    long count;
    do {
      count = DescriptorCalls.readSlowly(state, fd, memory, PART);
    } while (count == -Kernel.EINTR);
    if (count < 0) {
      throw Errno.of(count);
    }
    return (int) count;
  }

  private int writeParts(MemorySegment state, int bytes) throws IOException {
    for (int at = 0; at < bytes; ) {
      long count = DescriptorCalls.writeSlowly(state, fd, memory.asSlice(at), bytes - at);
      if (count < 0 && count != -Kernel.EINTR) {
        throw Errno.of(count);
      }
      at += (int) Math.max(0, count);
    }
    return bytes;
  }

  private void done(@Nullable Integer count, @Nullable Throwable thrown) {
    boolean wrote = writing > 0;
    busy = false;
    writing = 0;
    if (isClosed()) {
      return;
    }
    if (thrown != null || count == null) {
      failure = thrown instanceof IOException e ? e : new IOException("no call was made", thrown);
    } else if (!wrote) {
      there.clear().limit(count);
      ended = count == 0;
    }
    judge();
  }

  // ---- Here -----------------------------------------------------------------------------------

  @Override
  public int read(ByteBuffer into) throws IOException {
    checkWritten();
    if (there.hasRemaining()) {
      int count = Math.min(into.remaining(), there.remaining());
      into.put(into.position(), there, there.position(), count);
      into.position(into.position() + count);
      there.position(there.position() + count);
      if (!there.hasRemaining() && wantsRead && !busy) {
        begin(0);
      }
      judge();
      return count;
    }
    return ended ? -1 : 0;
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    checkWritten();
    if (busy) {
      return 0;
    }
    ByteBuffer part = memory.asByteBuffer();
    for (int i = offset; i < offset + length && part.hasRemaining(); i++) {
      int count = Math.min(part.remaining(), from[i].remaining());
      part.put(part.position(), from[i], from[i].position(), count);
      part.position(part.position() + count);
      from[i].position(from[i].position() + count);
    }
    int taken = part.position();
    if (taken > 0) {
      begin(taken);
      judge();
    }
    return taken;
  }

  @Override
  public long unsent() {
    return writing;
  }

  @Override
  public void checkWritten() throws IOException {
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
  }

  @Override
  public void shutOutput() throws IOException {
    checkWritten();
  }

  @Override
  public OpenFile file() {
    return file;
  }

  @Override
  public void giveBack() {
    readiness.close();
    synchronized (lock) {
      closed = true;
    }
  }

  @Override
  public void close() {
    readiness.close();
    synchronized (lock) {
      if (!closed) {
        closed = true;
        if (!inCall) {
          OwnedDescriptor.closeNumber(fd);
        }
      }
    }
  }
}
