package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The calls for files. All of them may wait for a disk. */
final class FileCalls {
  private static final MethodHandle OPEN =
      Libc.find(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
          Libc.CAPTURE,
          Linker.Option.firstVariadicArg(2));

  private static final MethodHandle SENDFILE =
      Libc.slowLong("sendfile", JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG);

  private FileCalls() {}

  /** Opens a file by its name, in any thread. */
  static int open(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Libc.state());
      MemorySegment name = arena.allocateFrom(path);
      int opened;
      do {
        opened = Libc.result((int) OPEN.invokeExact(state, name, flags, 0), state);
      } while (opened == -Kernel.EINTR);
      return opened;
    } catch (Throwable e) {
      throw Libc.impossible(e);
    }
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
    try {
      return Libc.result((long) SENDFILE.invokeExact(state, socket, file, offset, count), state);
    } catch (Throwable e) {
      throw Libc.impossible(e);
    }
  }
}
