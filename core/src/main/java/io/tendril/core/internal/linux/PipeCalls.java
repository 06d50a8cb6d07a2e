package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The call that moves bytes between a socket and a pipe. */
final class PipeCalls {
  /** Without offsets, which neither has. */
  private static final MethodHandle SPLICE =
      Libc.system(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);

  private PipeCalls() {}

  /** Moves at most so many bytes; one of the two is a pipe. Does not wait. */
  static long splice(MemorySegment state, int from, int to, long most) {
    int flags = Kernel.SPLICE_F_MOVE | Kernel.SPLICE_F_NONBLOCK;
    try {
      return Libc.result(
          (long) SPLICE.invokeExact(state, (long) Kernel.SYS_SPLICE, from, 0L, to, 0L, most, flags),
          state);
    } catch (Throwable e) {
      throw Libc.impossible(e);
    }
  }
}
