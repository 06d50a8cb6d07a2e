package io.tendril.core.internal.linux;

import java.lang.foreign.MemorySegment;

/** The calls that UNIX sockets alone need; see {@link Libc}. */
final class UnixCalls {
  private UnixCalls() {}

  /** Receives bytes and what came with them; does not wait, as the descriptor does not. */
  static long receive(MemorySegment state, int fd, MemorySegment message, int flags) {
    return Libc.call(state, Kernel.SYS_RECVMSG, fd, Libc.at(message), flags);
  }

  /** Sets the mode of a descriptor: of a socket, the one that its file will have. */
  static int mode(MemorySegment state, int fd, int mode) {
    return Libc.call(state, Kernel.SYS_FCHMOD, fd, mode, 0);
  }
}
