package io.tendril.core.internal.linux;

import java.lang.foreign.MemorySegment;

/** The calls for pipes, as {@link Libc} has them. */
final class PipeCalls {
  private PipeCalls() {}

  /** Makes one: two descriptors, to read from and to write to. */
  static int pipe(MemorySegment state, MemorySegment into, int flags) {
    return Libc.call(state, Kernel.SYS_PIPE2, Libc.at(into), flags, 0);
  }

  /** Moves at most so many bytes; one of the two is a pipe. Does not wait. */
  static long splice(MemorySegment state, int from, int to, long most) {
    int flags = Kernel.SPLICE_F_MOVE | Kernel.SPLICE_F_NONBLOCK;
    return Libc.call(state, Kernel.SYS_SPLICE, from, 0, to, 0, most, flags);
  }
}
