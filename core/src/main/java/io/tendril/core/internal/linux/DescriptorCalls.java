package io.tendril.core.internal.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The calls about descriptors of any kind; as {@link Libc} has them. */
final class DescriptorCalls {
  private static final MemorySegment EMPTY = Arena.global().allocate(1).asReadOnly();

  private DescriptorCalls() {}

  /** {@code fcntl} with a number, or with none that matters. */
  static int control(MemorySegment state, int fd, int command, int argument) {
    return Libc.call(state, Kernel.SYS_FCNTL, fd, command, argument);
  }

  /** Makes a number stand for an open file in place of what it stood for. */
  static int replace(MemorySegment state, int fd, int number) {
    return Libc.call(state, Kernel.SYS_DUP3, fd, number, 0);
  }

  /** Opens what does not have to be waited for: devices, pipes with {@code O_NONBLOCK}. */
  static int open(MemorySegment state, String path, int flags) {
    MemorySegment name = MemorySegment.ofArray((path + '\0').getBytes(UTF_8));
    long opened;
    do {
      opened = Libc.transfer(state, Kernel.SYS_OPENAT, Kernel.AT_FDCWD, name, 0, flags, 0, 0, 0);
    } while (opened == -Kernel.EINTR);
    return (int) opened;
  }

  /** What kind of file is open: nothing else is asked. */
  static int kind(MemorySegment state, int fd, MemorySegment into) {
    int flags = Kernel.AT_EMPTY_PATH | Kernel.AT_STATX_DONT_SYNC;
    long name = Libc.at(EMPTY);
    return (int)
        Libc.call(state, Kernel.SYS_STATX, fd, name, flags, Kernel.STATX_TYPE, Libc.at(into), 0);
  }

  /** Whether it is a terminal: has the settings of one. */
  static boolean isTerminal(MemorySegment state, int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment settings = arena.allocate(Kernel.Layout.TERMIOS, 8);
      return Libc.call(state, Kernel.SYS_IOCTL, fd, Kernel.TCGETS, Libc.at(settings)) == 0;
    }
  }

  static long write(MemorySegment state, int fd, MemorySegment from, long length) {
    return Libc.transfer(state, Kernel.SYS_WRITE, fd, from, 0, length, 0, 0, 0);
  }

  /** Reads and may wait; not into memory of the heap. */
  static long readSlowly(MemorySegment state, int fd, MemorySegment into, long length) {
    return Libc.slowCall(state, Kernel.SYS_READ, fd, Libc.at(into), length, 0, 0, 0);
  }

  /** Writes and may wait; not from memory of the heap. */
  static long writeSlowly(MemorySegment state, int fd, MemorySegment from, long length) {
    return Libc.slowCall(state, Kernel.SYS_WRITE, fd, Libc.at(from), length, 0, 0, 0);
  }
}
