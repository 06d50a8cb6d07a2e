package io.tendril.testing.descriptors;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/** What tests ask of the kernel beside the engine. */
final class Kernel {
  static final int AF_UNIX = 1;
  static final int SOCK_STREAM = 1;
  static final int SOCK_DGRAM = 2;
  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  static final int O_RDWR = 2;
  static final int O_NONBLOCK = 0x800;
  private static final int AF_INET = 2;
  private static final int F_GETFL = 3;
  private static final long FIONREAD = 0x541b;

  private Kernel() {}

  private static MethodHandle find(String name, int variadic, MemoryLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(JAVA_INT, parameters),
        variadic < 0
            ? new Linker.Option[0]
            : new Linker.Option[] {Linker.Option.firstVariadicArg(variadic)});
  }

  private static int check(Object result) {
    if ((int) result < 0) {
      throw new IllegalStateException("the call has failed");
    }
    return (int) result;
  }

  /** The two ends of a pipe: to read of, and to write to. */
  static int[] pipe() {
    return two("pipe2", find("pipe2", -1, ADDRESS, JAVA_INT), memory -> new Object[] {memory, 0});
  }

  static int[] socketPair(int type) {
    return two(
        "socketpair",
        find("socketpair", -1, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS),
        memory -> new Object[] {AF_UNIX, type, 0, memory});
  }

  /** A terminal: its master, and its slave. */
  static int[] terminal() {
    return two(
        "openpty",
        find("openpty", -1, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS),
        memory ->
            new Object[] {
              memory, memory.asSlice(4), MemorySegment.NULL, MemorySegment.NULL, MemorySegment.NULL
            });
  }

  private static int[] two(
      String what,
      MethodHandle call,
      java.util.function.Function<MemorySegment, Object[]> arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(8, 4);
      check(call.invokeWithArguments(arguments.apply(memory)));
      return new int[] {memory.getAtIndex(JAVA_INT, 0), memory.getAtIndex(JAVA_INT, 1)};
    } catch (Throwable e) {
      throw new AssertionError(what, e);
    }
  }

  static int open(Path path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      return check(
          find("open", 2, ADDRESS, JAVA_INT, JAVA_INT)
              .invokeWithArguments(arena.allocateFrom(path.toString()), flags, 0));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static void close(int fd) {
    try {
      check(find("close", -1, JAVA_INT).invokeWithArguments(fd));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static void write(int fd, String text) {
    try (Arena arena = Arena.ofConfined()) {
      var _ =
          find("write", -1, JAVA_INT, ADDRESS, JAVA_LONG)
              .invokeWithArguments(fd, arena.allocateFrom(text, ISO_8859_1), (long) text.length());
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Reads what is there, and waits if nothing is. */
  static String read(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(65_536);
      int count =
          check(
              find("read", -1, JAVA_INT, ADDRESS, JAVA_LONG)
                  .invokeWithArguments(fd, into, into.byteSize()));
      return new String(into.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), ISO_8859_1);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** A socket of IPv4, bound to the loopback address or not; one of streams listens then. */
  static int internetSocket(int type, boolean bound) {
    try (Arena arena = Arena.ofConfined()) {
      int fd =
          check(
              find("socket", -1, JAVA_INT, JAVA_INT, JAVA_INT)
                  .invokeWithArguments(AF_INET, type, 0));
      if (bound) {
        check(
            find("bind", -1, JAVA_INT, ADDRESS, JAVA_INT)
                .invokeWithArguments(fd, loopback(arena, 0), 16));
        if (type == SOCK_STREAM) {
          check(find("listen", -1, JAVA_INT, JAVA_INT).invokeWithArguments(fd, 16));
        }
      }
      return fd;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** A UNIX socket that listens at a path. */
  static int unixSocket(Path path) {
    return unixSocket(path, SOCK_STREAM);
  }

  /** A UNIX socket that is bound to a path; one of streams listens then. */
  static int unixSocket(Path path, int type) {
    try (Arena arena = Arena.ofConfined()) {
      int fd =
          check(
              find("socket", -1, JAVA_INT, JAVA_INT, JAVA_INT)
                  .invokeWithArguments(AF_UNIX, type, 0));
      MemorySegment address = arena.allocate(110, 4);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
      address.setString(2, path.toString());
      check(find("bind", -1, JAVA_INT, ADDRESS, JAVA_INT).invokeWithArguments(fd, address, 110));
      if (type == SOCK_STREAM) {
        check(find("listen", -1, JAVA_INT, JAVA_INT).invokeWithArguments(fd, 16));
      }
      return fd;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static void connect(int fd, int port) {
    try (Arena arena = Arena.ofConfined()) {
      check(
          find("connect", -1, JAVA_INT, ADDRESS, JAVA_INT)
              .invokeWithArguments(fd, loopback(arena, port), 16));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static MemorySegment loopback(Arena arena, int port) {
    MemorySegment address = arena.allocate(16, 4);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
    address.set(ValueLayout.JAVA_BYTE, 2, (byte) (port >> 8));
    address.set(ValueLayout.JAVA_BYTE, 3, (byte) port);
    address.set(ValueLayout.JAVA_BYTE, 4, (byte) 127);
    address.set(ValueLayout.JAVA_BYTE, 7, (byte) 1);
    return address;
  }

  /** How many bytes can be read. */
  static int available(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_INT);
      check(
          find("ioctl", 2, JAVA_INT, JAVA_LONG, ADDRESS).invokeWithArguments(fd, FIONREAD, count));
      return count.get(JAVA_INT, 0);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Whether calls on the open file wait. */
  static boolean waits(int fd) {
    try {
      int flags =
          check(find("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT).invokeWithArguments(fd, F_GETFL, 0));
      return (flags & O_NONBLOCK) == 0;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Allows any process of this user to trace this one, where a system asks for that (Yama). */
  static void letAnybodyTrace() {
    int setTracer = 0x59616d61;
    try {
      var _ =
          find("prctl", 1, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG)
              .invokeWithArguments(setTracer, -1L, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static boolean isOpen(int fd) {
    return Files.exists(Path.of("/proc/self/fd/" + fd), java.nio.file.LinkOption.NOFOLLOW_LINKS);
  }
}
