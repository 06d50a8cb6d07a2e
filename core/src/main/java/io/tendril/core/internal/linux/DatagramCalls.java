package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The calls for several datagrams at once. Neither waits, but both may copy two megabytes, so that
 * they leave Java, as {@code critical} ones do not, which would hold the collector up.
 */
final class DatagramCalls {
  private static final MethodHandle RECVMMSG =
      Libc.slow("recvmmsg", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);

  private static final MethodHandle SENDMMSG =
      Libc.slow("sendmmsg", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);

  private DatagramCalls() {}

  static int receive(MemorySegment state, int fd, MemorySegment messages, int most, int flags) {
    try {
      return Libc.result(
          (int) RECVMMSG.invokeExact(state, fd, messages, most, flags, MemorySegment.NULL), state);
    } catch (Throwable e) {
      throw Libc.impossible(e);
    }
  }

  static int send(MemorySegment state, int fd, MemorySegment messages, int count) {
    try {
      return Libc.result((int) SENDMMSG.invokeExact(state, fd, messages, count, 0), state);
    } catch (Throwable e) {
      throw Libc.impossible(e);
    }
  }
}
