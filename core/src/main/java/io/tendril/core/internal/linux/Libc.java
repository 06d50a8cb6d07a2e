package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The C library's calls. Each returns what the C function returns or, where that is -1, the error's
 * number, negated. Those that never wait do so without leaving Java ({@code critical}), and take
 * memory of the heap as well.
 */
public final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final long ERRNO =
      STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
  public static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
  private static final Linker.Option QUICK = Linker.Option.critical(true);

  private static final MethodHandle SOCKET = quick("socket", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle BIND = quick("bind", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle LISTEN = quick("listen", JAVA_INT, JAVA_INT);
  private static final MethodHandle CONNECT = quick("connect", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle ACCEPT = quick("accept4", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle GETSOCKNAME = quick("getsockname", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle GETPEERNAME = quick("getpeername", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle GETSOCKOPT =
      quick("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle SETSOCKOPT =
      quick("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SHUTDOWN = quick("shutdown", JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOSE = quick("close", JAVA_INT);

  /** Of {@code recvfrom} and {@code sendto}, without an address. */
  private static final MethodHandle TRANSFER =
      system(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);

  private static final MethodHandle SENDMSG = system(JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle RECVFROM =
      system(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle SENDTO =
      system(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle READ = quickLong("read", JAVA_INT, ADDRESS, JAVA_LONG);

  /** From any thread, whose error nobody asks for. */
  private static final MethodHandle WRITE =
      find("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG), QUICK);

  private static final MethodHandle EVENTFD = quick("eventfd", JAVA_INT, JAVA_INT);
  private static final MethodHandle EPOLL_CREATE = quick("epoll_create1", JAVA_INT);
  private static final MethodHandle EPOLL_CTL =
      quick("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);

  /** Does not wait: with a time of nothing. */
  private static final MethodHandle EPOLL_LOOK =
      quick("epoll_wait", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);

  private static final MethodHandle EPOLL_WAIT =
      find(
          "epoll_wait",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
          CAPTURE);

  /** To the nanosecond, in C libraries since 2.35; null in older ones. */
  private static final @Nullable MethodHandle EPOLL_PWAIT2 =
      has("epoll_pwait2")
          ? find(
              "epoll_pwait2",
              FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS),
              CAPTURE)
          : null;

  private Libc() {}

  /** Whether the C library has a function. */
  static boolean has(String name) {
    return LINKER.defaultLookup().find(name).isPresent();
  }

  static MethodHandle quick(String name, MemoryLayout... parameters) {
    return find(name, FunctionDescriptor.of(JAVA_INT, parameters), CAPTURE, QUICK);
  }

  static MethodHandle quickLong(String name, MemoryLayout... parameters) {
    return find(name, FunctionDescriptor.of(JAVA_LONG, parameters), CAPTURE, QUICK);
  }

  /**
   * As {@link #quickLong}, of a call of the kernel, whose number comes first. What is called for
   * each message is called so: the C library's own functions make themselves a point at which the
   * thread may be cancelled, which takes as long as half of all the Java code.
   */
  static MethodHandle system(MemoryLayout... parameters) {
    FunctionDescriptor descriptor =
        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG).appendArgumentLayouts(parameters);
    return find("syscall", descriptor, CAPTURE, QUICK, Linker.Option.firstVariadicArg(1));
  }

  /** A call that may wait, and so leaves Java. */
  static MethodHandle slow(String name, MemoryLayout... parameters) {
    return find(name, FunctionDescriptor.of(JAVA_INT, parameters), CAPTURE);
  }

  /** As {@link #slow}, of a function whose parameters from the given one on are variadic. */
  static MethodHandle slowVariadic(String name, int fixed, MemoryLayout... parameters) {
    return find(
        name,
        FunctionDescriptor.of(JAVA_INT, parameters),
        CAPTURE,
        Linker.Option.firstVariadicArg(fixed));
  }

  /** A call that may wait, and so leaves Java. */
  static MethodHandle slowLong(String name, MemoryLayout... parameters) {
    return find(name, FunctionDescriptor.of(JAVA_LONG, parameters), CAPTURE);
  }

  /** As {@link #quick}, of a function whose parameters from the given one on are variadic. */
  static MethodHandle quickVariadic(String name, int fixed, MemoryLayout... parameters) {
    return find(
        name,
        FunctionDescriptor.of(JAVA_INT, parameters),
        CAPTURE,
        QUICK,
        Linker.Option.firstVariadicArg(fixed));
  }

  @SuppressWarnings("restricted") // which is what this class is for
  public static MethodHandle find(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    MemorySegment symbol =
        LINKER
            .defaultLookup()
            .find(name)
            .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + name));
    return LINKER.downcallHandle(symbol, descriptor, options);
  }

  /** A variable of the C library. */
  static MemorySegment symbol(String name) {
    return LINKER
        .defaultLookup()
        .find(name)
        .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + name));
  }

  /** The layout of where errors are noted. */
  public static StructLayout state() {
    return STATE;
  }

  static int result(int result, MemorySegment state) {
    return result == -1 ? -state.get(JAVA_INT, ERRNO) : result;
  }

  public static long result(long result, MemorySegment state) {
    return result == -1 ? -state.get(JAVA_INT, ERRNO) : result;
  }

  /** Method handles may throw anything, and these calls throw nothing but what is our mistake. */
  public static RuntimeException impossible(Throwable e) {
    return switch (e) {
      case RuntimeException mistake -> mistake;
      case Error error -> throw error;
      default -> throw new AssertionError(e);
    };
  }

  // ---- Sockets --------------------------------------------------------------------------------

  static int socket(MemorySegment state, int family, int type, int protocol) {
    try {
      return result((int) SOCKET.invokeExact(state, family, type, protocol), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int bind(MemorySegment state, int fd, MemorySegment address, int length) {
    try {
      return result((int) BIND.invokeExact(state, fd, address, length), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int listen(MemorySegment state, int fd, int backlog) {
    try {
      return result((int) LISTEN.invokeExact(state, fd, backlog), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Again after a signal: what the first call has begun, the second says in words of its own. */
  static int connect(MemorySegment state, int fd, MemorySegment address, int length) {
    try {
      int result = result((int) CONNECT.invokeExact(state, fd, address, length), state);
      while (result == -Kernel.EINTR) {
        result = result((int) CONNECT.invokeExact(state, fd, address, length), state);
      }
      return switch (-result) {
        case Kernel.EALREADY -> -Kernel.EINPROGRESS;
        case Kernel.EISCONN -> 0;
        default -> result;
      };
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int accept(
      MemorySegment state, int fd, MemorySegment address, MemorySegment length, int flags) {
    try {
      return result((int) ACCEPT.invokeExact(state, fd, address, length, flags), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int local(MemorySegment state, int fd, MemorySegment address, MemorySegment length) {
    try {
      return result((int) GETSOCKNAME.invokeExact(state, fd, address, length), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int peer(MemorySegment state, int fd, MemorySegment address, MemorySegment length) {
    try {
      return result((int) GETPEERNAME.invokeExact(state, fd, address, length), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int option(
      MemorySegment state,
      int fd,
      int level,
      int option,
      MemorySegment value,
      MemorySegment length) {
    try {
      return result((int) GETSOCKOPT.invokeExact(state, fd, level, option, value, length), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int setOption(
      MemorySegment state, int fd, int level, int option, MemorySegment value, int length) {
    try {
      return result((int) SETSOCKOPT.invokeExact(state, fd, level, option, value, length), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int shutdown(MemorySegment state, int fd, int how) {
    try {
      return result((int) SHUTDOWN.invokeExact(state, fd, how), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  public static int close(MemorySegment state, int fd) {
    try {
      return result((int) CLOSE.invokeExact(state, fd), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  // ---- Bytes ----------------------------------------------------------------------------------

  static long receive(MemorySegment state, int fd, MemorySegment into, long length, int flags) {
    try {
      return result(
          (long)
              TRANSFER.invokeExact(
                  state, (long) Kernel.SYS_RECVFROM, fd, into, length, flags, 0L, 0L),
          state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static long send(MemorySegment state, int fd, MemorySegment from, long length, int flags) {
    try {
      return result(
          (long)
              TRANSFER.invokeExact(
                  state, (long) Kernel.SYS_SENDTO, fd, from, length, flags, 0L, 0L),
          state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static long sendMessage(MemorySegment state, int fd, MemorySegment message, int flags) {
    try {
      return result(
          (long) SENDMSG.invokeExact(state, (long) Kernel.SYS_SENDMSG, fd, message, flags), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static long receiveFrom(
      MemorySegment state,
      int fd,
      MemorySegment into,
      long length,
      int flags,
      MemorySegment address,
      MemorySegment addressLength) {
    try {
      return result(
          (long)
              RECVFROM.invokeExact(
                  state,
                  (long) Kernel.SYS_RECVFROM,
                  fd,
                  into,
                  length,
                  flags,
                  address,
                  addressLength),
          state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static long sendTo(
      MemorySegment state,
      int fd,
      MemorySegment from,
      long length,
      int flags,
      MemorySegment address,
      int addressLength) {
    try {
      return result(
          (long)
              SENDTO.invokeExact(
                  state, (long) Kernel.SYS_SENDTO, fd, from, length, flags, address, addressLength),
          state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static long read(MemorySegment state, int fd, MemorySegment into, long length) {
    try {
      return result((long) READ.invokeExact(state, fd, into, length), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** From any thread; -1 where it fails, for whatever reason. */
  static long write(int fd, MemorySegment from, long length) {
    try {
      return (long) WRITE.invokeExact(fd, from, length);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  // ---- Waiting --------------------------------------------------------------------------------

  static int eventDescriptor(MemorySegment state, int first, int flags) {
    try {
      return result((int) EVENTFD.invokeExact(state, first, flags), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int epoll(MemorySegment state, int flags) {
    try {
      return result((int) EPOLL_CREATE.invokeExact(state, flags), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int control(MemorySegment state, int epoll, int operation, int fd, MemorySegment event) {
    try {
      return result((int) EPOLL_CTL.invokeExact(state, epoll, operation, fd, event), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** What is ready now. */
  static int look(MemorySegment state, int epoll, MemorySegment events, int most) {
    try {
      return result((int) EPOLL_LOOK.invokeExact(state, epoll, events, most, 0), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Whether {@link #awaitPrecisely} is there. */
  static boolean waitsPrecisely() {
    return EPOLL_PWAIT2 != null;
  }

  /**
   * What is ready, once something is.
   *
   * @param time a {@code timespec}, or NULL for no limit
   */
  static int awaitPrecisely(
      MemorySegment state, int epoll, MemorySegment events, int most, MemorySegment time) {
    MethodHandle wait = EPOLL_PWAIT2;
    if (wait == null) {
      return -Kernel.ENOSYS;
    }
    try {
      return result(
          (int) wait.invokeExact(state, epoll, events, most, time, MemorySegment.NULL), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /**
   * What is ready, once something is.
   *
   * @param millis the longest wait; -1 for no limit
   */
  static int await(MemorySegment state, int epoll, MemorySegment events, int most, int millis) {
    try {
      return result((int) EPOLL_WAIT.invokeExact(state, epoll, events, most, millis), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }
}
