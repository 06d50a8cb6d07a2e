package io.tendril.core.internal.linux;

import static io.tendril.core.internal.linux.Libc.impossible;
import static io.tendril.core.internal.linux.Libc.result;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The C library's calls about descriptors of any kind; as {@link Libc} has them. */
final class DescriptorCalls {
  private static final MethodHandle FCNTL =
      Libc.quickVariadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle DUP3 = Libc.quick("dup3", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle OPEN =
      Libc.quickVariadic("open", 2, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle STATX =
      Libc.quick("statx", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle ISATTY = Libc.quick("isatty", JAVA_INT);
  private static final MethodHandle WRITE = Libc.quickLong("write", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle SLOW_READ = Libc.slowLong("read", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle SLOW_WRITE =
      Libc.slowLong("write", JAVA_INT, ADDRESS, JAVA_LONG);

  private DescriptorCalls() {}

  /** {@code fcntl} with a number, or with none that matters. */
  static int control(MemorySegment state, int fd, int command, int argument) {
    try {
      return result((int) FCNTL.invokeExact(state, fd, command, argument), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Makes a number stand for an open file in place of what it stood for. */
  static int replace(MemorySegment state, int fd, int number) {
    try {
      return result((int) DUP3.invokeExact(state, fd, number, 0), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Opens what does not have to be waited for: devices, pipes with {@code O_NONBLOCK}. */
  static int open(MemorySegment state, String path, int flags) {
    MemorySegment name = MemorySegment.ofArray((path + '\0').getBytes(UTF_8));
    try {
      int opened;
      do {
        opened = result((int) OPEN.invokeExact(state, name, flags, 0), state);
      } while (opened == -Kernel.EINTR);
      return opened;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** What kind of file is open: nothing else is asked. */
  static int kind(MemorySegment state, int fd, MemorySegment into) {
    MemorySegment empty = MemorySegment.ofArray(new byte[1]);
    int flags = Kernel.AT_EMPTY_PATH | Kernel.AT_STATX_DONT_SYNC;
    try {
      return result(
          (int) STATX.invokeExact(state, fd, empty, flags, Kernel.STATX_TYPE, into), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Whether it is a terminal. */
  static boolean isTerminal(MemorySegment state, int fd) {
    try {
      return (int) ISATTY.invokeExact(state, fd) == 1;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static long write(MemorySegment state, int fd, MemorySegment from, long length) {
    try {
      return result((long) WRITE.invokeExact(state, fd, from, length), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Reads and may wait; not into memory of the heap. */
  static long readSlowly(MemorySegment state, int fd, MemorySegment into, long length) {
    try {
      return result((long) SLOW_READ.invokeExact(state, fd, into, length), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Writes and may wait; not from memory of the heap. */
  static long writeSlowly(MemorySegment state, int fd, MemorySegment from, long length) {
    try {
      return result((long) SLOW_WRITE.invokeExact(state, fd, from, length), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }
}
