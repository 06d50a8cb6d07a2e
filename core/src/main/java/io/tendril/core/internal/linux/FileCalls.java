package io.tendril.core.internal.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The calls for files. All of them may wait for a disk. */
final class FileCalls {
  private FileCalls() {}

  /** Opens a file by its name, in any thread. */
  static int open(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Libc.state());
      MemorySegment name = arena.allocateFrom(path);
      return open(state, name, flags, 0);
    }
  }

  /** Opens a file; again after a signal. */
  static int open(MemorySegment state, MemorySegment path, int flags, int mode) {
    long name = Libc.at(path);
    long opened;
    do {
      opened = Libc.slowCall(state, Kernel.SYS_OPENAT, Kernel.AT_FDCWD, name, flags, mode, 0, 0);
    } while (opened == -Kernel.EINTR);
    return (int) opened;
  }

  /** Whether a file may be used so. */
  static int access(MemorySegment state, MemorySegment path, int mode) {
    long name = Libc.at(path);
    return (int) Libc.slowCall(state, Kernel.SYS_FACCESSAT, Kernel.AT_FDCWD, name, mode, 0, 0, 0);
  }

  /** Closes a file, in any thread. */
  static void close(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      int _ = Libc.close(arena.allocate(Libc.state()), fd);
    }
  }

  /**
   * Sends of a file to a socket.
   *
   * @param offset where in the file, a long
   */
  static long send(MemorySegment state, int socket, int file, MemorySegment offset, long count) {
    return Libc.slowCall(state, Kernel.SYS_SENDFILE, socket, file, Libc.at(offset), count, 0, 0);
  }
}
