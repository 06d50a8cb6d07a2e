package io.tendril.core.internal.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** A pipe, a terminal, a socket: what the engine's wait tells of. */
final class PolledEnd extends Pollable implements StreamEnd {
  /** The most that one call copies: the virtual machine cannot stop it meanwhile. */
  private static final int AT_ONCE = 256 << 10;

  private final LinuxEngine engine;
  private final OpenFile file;
  private final Unwaiting unwaiting;
  private final int fd;
  private Told told = (readable, writable) -> {};
  private int wanted;
  private boolean open = true;

  PolledEnd(LinuxEngine engine, OpenFile file, Unwaiting unwaiting) {
    super(engine, unwaiting.number());
    this.engine = engine;
    this.file = file;
    this.unwaiting = unwaiting;
    this.fd = unwaiting.number();
  }

  @Override
  public void told(Told next) {
    told = next;
  }

  @Override
  public void want(boolean readable, boolean writable) {
    int next = (readable ? Kernel.EPOLLIN : 0) | (writable ? Kernel.EPOLLOUT : 0);
    if (open && next != wanted) {
      engine.watch(fd, generation, wanted, next);
      wanted = next;
    }
  }

  @Override
  void dispatch() {
    int now = (found & LinuxEngine.FAILED) != 0 ? wanted : found & wanted;
    if (open && now != 0) {
      told.ready((now & Kernel.EPOLLIN) != 0, (now & Kernel.EPOLLOUT) != 0);
    }
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int length = into.remaining();
    if (length == 0) {
      return 0;
    }
    MemorySegment memory = MemorySegment.ofBuffer(into);
    MemorySegment state = engine.slab.state;
    long count =
        file.isSocket()
            ? Libc.receive(state, fd, memory, 0, length, Kernel.MSG_DONTWAIT)
            : Libc.read(state, fd, memory, length);
    if (count > 0) {
      into.position(into.position() + (int) count);
      return (int) count;
    } else if (count == 0 || isHungUp(count)) {
      return -1;
    }
    return (int) orNone(count);
  }

  /** The master of a terminal says so when nobody has the slave any more. */
  private boolean isHungUp(long result) {
    return result == -Kernel.EIO && file.mode() == Kernel.S_IFCHR;
  }

  private static long orNone(long result) throws IOException {
    if (result >= 0) {
      return result;
    } else if (result == -Kernel.EAGAIN || result == -Kernel.EINTR) {
      return 0;
    }
    throw Errno.of(result);
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    long sum = 0;
    for (int i = offset; i < offset + length; i++) {
      ByteBuffer data = from[i];
      while (data.hasRemaining()) {
        int most = Math.min(data.remaining(), AT_ONCE);
        long count;
        try {
          count = orNone(write(data, most));
        } catch (IOException e) {
          if (sum > 0) {
            return sum; // the next call meets it again
          }
          throw e;
        }
        data.position(data.position() + (int) count);
        sum += count;
        if (count < most) {
          return sum;
        }
      }
    }
    return sum;
  }

  private long write(ByteBuffer data, int length) {
    MemorySegment memory = MemorySegment.ofBuffer(data);
    MemorySegment state = engine.slab.state;
    return file.isSocket()
        ? Libc.send(state, fd, memory, 0, length, Kernel.MSG_DONTWAIT | Kernel.MSG_NOSIGNAL)
        : DescriptorCalls.write(state, fd, memory, length);
  }

  @Override
  public void shutOutput() throws IOException {
    if (file.isSocket()) {
      Errno.check(Libc.shutdown(engine.slab.state, fd, Kernel.SHUT_WR));
    }
  }

  @Override
  public OpenFile file() {
    return file;
  }

  @Override
  public void abort() {
    if (open && file.isInternet()) {
      try {
        LinuxSocket.linger(engine.slab, fd, 0);
      } catch (IOException e) {
        System.getLogger("io.tendril.core")
            .log(System.Logger.Level.DEBUG, "a reset becomes a plain close", e);
      }
    }
    close();
  }

  @Override
  public void giveBack() {
    if (leave()) {
      unwaiting.giveBack();
    }
  }

  @Override
  public void close() {
    if (leave()) {
      unwaiting.close();
    }
  }

  private boolean leave() {
    boolean was = open;
    if (was) {
      want(false, false);
      open = false;
      engine.forget(fd);
    }
    return was;
  }
}
