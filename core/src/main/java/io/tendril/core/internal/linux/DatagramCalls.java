package io.tendril.core.internal.linux;

import java.lang.foreign.MemorySegment;

/**
 * The calls for several datagrams at once. Neither waits, but both may copy two megabytes, so that
 * they leave Java, as {@code critical} ones do not, which would hold the collector up.
 */
final class DatagramCalls {
  private DatagramCalls() {}

  static int receive(MemorySegment state, int fd, MemorySegment messages, int most, int flags) {
    long place = Libc.at(messages);
    return (int) Libc.slowCall(state, Kernel.SYS_RECVMMSG, fd, place, most, flags, 0, 0);
  }

  static int send(MemorySegment state, int fd, MemorySegment messages, int count) {
    return (int) Libc.slowCall(state, Kernel.SYS_SENDMMSG, fd, Libc.at(messages), count, 0, 0, 0);
  }
}
