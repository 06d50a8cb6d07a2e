package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The C library's calls that UNIX sockets alone need; see {@link Libc}. */
final class UnixCalls {
  private static final MethodHandle FCHMOD = Libc.quick("fchmod", JAVA_INT, JAVA_INT);

  private static final MethodHandle RECVMSG = Libc.system(JAVA_INT, ADDRESS, JAVA_INT);

  private UnixCalls() {}

  /** Receives bytes and what came with them; does not wait, as the descriptor does not. */
  static long receive(MemorySegment state, int fd, MemorySegment message, int flags) {
    try {
      return Libc.result(
          (long) RECVMSG.invokeExact(state, (long) Kernel.SYS_RECVMSG, fd, message, flags), state);
    } catch (Throwable e) {
      throw Libc.impossible(e);
    }
  }

  /** Sets the mode of a descriptor: of a socket, the one that its file will have. */
  static int mode(MemorySegment state, int fd, int mode) {
    try {
      return Libc.result((int) FCHMOD.invokeExact(state, fd, mode), state);
    } catch (Throwable e) {
      throw Libc.impossible(e);
    }
  }
}
