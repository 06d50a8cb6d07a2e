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

/**
 * The calls of the kernel, made by the C library's {@code syscall}. Each returns what the kernel
 * does or, where that is -1, the error's number, negated. Those that never wait do so without
 * leaving Java ({@code critical}).
 *
 * <p>Three shapes of calls do for all that a reactor of sockets makes, since Java takes some 20 ms
 * to make one; what starts programs has others. And the C library's own functions make themselves a
 * point at which the thread may be cancelled, which takes as long, for a message, as half of all
 * the Java code. Memory is passed by its address: what keeps it is {@code state}, which is of the
 * same arena, or the caller.
 */
public final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final long ERRNO =
      STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
  private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
  private static final Linker.Option QUICK = Linker.Option.critical(true);

  // Not final, so that Java does not take them for constants. Of those it compiles all that is in a
  // call into the method that calls, but no deeper than fifteen methods below where it began; and
  // where the last one does not fit, each call makes an object. So a call is compiled by itself,
  // which costs some nanoseconds of a call of the kernel.

  /** Any call of the kernel that does not wait: its number, and numbers and addresses. */
  @SuppressWarnings("NonFinalStaticField")
  private static MethodHandle call =
      system(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  /** One that may wait, and so leaves Java. */
  @SuppressWarnings("NonFinalStaticField")
  private static MethodHandle slowCall =
      find(
          "syscall",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
              JAVA_LONG),
          CAPTURE,
          Linker.Option.firstVariadicArg(1));

  /** One whose memory may be of the heap. */
  @SuppressWarnings("NonFinalStaticField")
  private static MethodHandle transfer =
      system(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);

  /** From any thread, whose error nobody asks for. */
  private static final MethodHandle WRITE =
      find("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG), QUICK);

  private Libc() {}

  /** Whether the C library has a function. */
  static boolean has(String name) {
    return LINKER.defaultLookup().find(name).isPresent();
  }

  private static MethodHandle system(MemoryLayout... parameters) {
    FunctionDescriptor descriptor =
        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG).appendArgumentLayouts(parameters);
    return find("syscall", descriptor, CAPTURE, QUICK, Linker.Option.firstVariadicArg(1));
  }

  /** A call that may wait, and so leaves Java. */
  static MethodHandle slow(String name, MemoryLayout... parameters) {
    return find(name, FunctionDescriptor.of(JAVA_INT, parameters), CAPTURE);
  }

  @SuppressWarnings("restricted") // which is what this class is for
  static MethodHandle find(String name, FunctionDescriptor descriptor, Linker.Option... options) {
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

  private static long result(long result, MemorySegment state) {
    return result == -1 ? -state.get(JAVA_INT, ERRNO) : result;
  }

  /** Method handles may throw anything, and these calls throw nothing but what is our mistake. */
  static RuntimeException impossible(Throwable e) {
    return switch (e) {
      case RuntimeException mistake -> mistake;
      case Error error -> throw error;
      default -> throw new AssertionError(e);
    };
  }

  // ---- Calls ----------------------------------------------------------------------------------

  /** A call that does not wait, with numbers and addresses outside of the heap. */
  static long call(
      MemorySegment state, int number, long a, long b, long c, long d, long e, long f) {
    try {
      return result((long) call.invokeExact(state, (long) number, a, b, c, d, e, f), state);
    } catch (Throwable failure) {
      throw impossible(failure);
    }
  }

  static int call(MemorySegment state, int number, long a, long b, long c, long d) {
    return (int) call(state, number, a, b, c, d, 0, 0);
  }

  static int call(MemorySegment state, int number, long a, long b, long c) {
    return (int) call(state, number, a, b, c, 0, 0, 0);
  }

  /** As {@link #call}, of one that may wait. */
  public static long slowCall(
      MemorySegment state, int number, long a, long b, long c, long d, long e, long f) {
    try {
      return result((long) slowCall.invokeExact(state, (long) number, a, b, c, d, e, f), state);
    } catch (Throwable failure) {
      throw impossible(failure);
    }
  }

  /**
   * As {@link #call}, of one whose memory may be of the heap.
   *
   * @param offset where in the memory
   */
  static long transfer(
      MemorySegment state,
      int number,
      int fd,
      MemorySegment memory,
      long offset,
      long length,
      int flags,
      long e,
      long f) {
    if (memory.isNative()) {
      return call(state, number, fd, memory.address() + offset, length, flags, e, f);
    }
    MemorySegment rest = offset == 0 ? memory : memory.asSlice(offset);
    try {
      return result(
          (long) transfer.invokeExact(state, (long) number, fd, rest, length, flags, e, f), state);
    } catch (Throwable failure) {
      throw impossible(failure);
    }
  }

  /** Where memory is: not that of the heap, which moves. */
  public static long at(MemorySegment memory) {
    assert memory.isNative();
    return memory.address();
  }

  // ---- Sockets --------------------------------------------------------------------------------

  static int socket(MemorySegment state, int family, int type, int protocol) {
    return call(state, Kernel.SYS_SOCKET, family, type, protocol);
  }

  static int bind(MemorySegment state, int fd, MemorySegment address, int length) {
    return call(state, Kernel.SYS_BIND, fd, at(address), length);
  }

  static int listen(MemorySegment state, int fd, int backlog) {
    return call(state, Kernel.SYS_LISTEN, fd, backlog, 0);
  }

  /** Again after a signal: what the first call has begun, the second says in words of its own. */
  static int connect(MemorySegment state, int fd, MemorySegment address, int length) {
    int result;
    do {
      result = call(state, Kernel.SYS_CONNECT, fd, at(address), length);
    } while (result == -Kernel.EINTR);
    return switch (-result) {
      case Kernel.EALREADY -> -Kernel.EINPROGRESS;
      case Kernel.EISCONN -> 0;
      default -> result;
    };
  }

  static int accept(
      MemorySegment state, int fd, MemorySegment address, MemorySegment length, int flags) {
    return call(state, Kernel.SYS_ACCEPT4, fd, at(address), at(length), flags);
  }

  static int local(MemorySegment state, int fd, MemorySegment address, MemorySegment length) {
    return call(state, Kernel.SYS_GETSOCKNAME, fd, at(address), at(length));
  }

  static int peer(MemorySegment state, int fd, MemorySegment address, MemorySegment length) {
    return call(state, Kernel.SYS_GETPEERNAME, fd, at(address), at(length));
  }

  static int option(
      MemorySegment state,
      int fd,
      int level,
      int option,
      MemorySegment value,
      MemorySegment length) {
    long place = at(value);
    return (int)
        call(state, Kernel.SYS_GETSOCKOPT, fd, level, option, place, at(length), /* f= */ 0);
  }

  static int setOption(
      MemorySegment state, int fd, int level, int option, MemorySegment value, int length) {
    long place = at(value);
    return (int) call(state, Kernel.SYS_SETSOCKOPT, fd, level, option, place, length, /* f= */ 0);
  }

  static int shutdown(MemorySegment state, int fd, int how) {
    return call(state, Kernel.SYS_SHUTDOWN, fd, how, 0);
  }

  public static int close(MemorySegment state, int fd) {
    return call(state, Kernel.SYS_CLOSE, fd, 0, 0);
  }

  // ---- Bytes ----------------------------------------------------------------------------------

  static long receive(
      MemorySegment state, int fd, MemorySegment into, long offset, long length, int flags) {
    return transfer(state, Kernel.SYS_RECVFROM, fd, into, offset, length, flags, 0, 0);
  }

  static long send(
      MemorySegment state, int fd, MemorySegment from, long offset, long length, int flags) {
    return transfer(state, Kernel.SYS_SENDTO, fd, from, offset, length, flags, 0, 0);
  }

  static long sendMessage(MemorySegment state, int fd, MemorySegment message, int flags) {
    return call(state, Kernel.SYS_SENDMSG, fd, at(message), flags);
  }

  static long receiveFrom(
      MemorySegment state,
      int fd,
      MemorySegment into,
      long offset,
      long length,
      int flags,
      MemorySegment address,
      MemorySegment addressLength) {
    long from = at(address);
    long size = at(addressLength);
    return transfer(state, Kernel.SYS_RECVFROM, fd, into, offset, length, flags, from, size);
  }

  static long sendTo(
      MemorySegment state,
      int fd,
      MemorySegment from,
      long offset,
      long length,
      int flags,
      MemorySegment address,
      int addressLength) {
    long to = at(address);
    return transfer(state, Kernel.SYS_SENDTO, fd, from, offset, length, flags, to, addressLength);
  }

  static long read(MemorySegment state, int fd, MemorySegment into, long length) {
    return transfer(state, Kernel.SYS_READ, fd, into, 0, length, 0, 0, 0);
  }

  /** From any thread; -1 where it fails, for whatever reason. */
  static long write(int fd, MemorySegment from, long length) {
    try {
      return (long) WRITE.invokeExact(fd, from, length);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  // ---- Memory ---------------------------------------------------------------------------------

  /** Maps what a descriptor stands for, to read and to write: its address. */
  public static long map(MemorySegment state, int fd, long size, long offset) {
    int protection = Kernel.PROT_READ | Kernel.PROT_WRITE;
    int flags = Kernel.MAP_SHARED | Kernel.MAP_POPULATE;
    return slowCall(state, Kernel.SYS_MMAP, /* a= */ 0, size, protection, flags, fd, offset);
  }

  public static void unmap(MemorySegment state, MemorySegment memory) {
    long place = at(memory);
    long _ = slowCall(state, Kernel.SYS_MUNMAP, place, memory.byteSize(), 0, 0, 0, 0);
  }

  // ---- Waiting --------------------------------------------------------------------------------

  static int eventDescriptor(MemorySegment state, int first, int flags) {
    return call(state, Kernel.SYS_EVENTFD2, first, flags, 0);
  }

  static int epoll(MemorySegment state, int flags) {
    return call(state, Kernel.SYS_EPOLL_CREATE1, flags, 0, 0);
  }

  static int control(MemorySegment state, int epoll, int operation, int fd, MemorySegment event) {
    return call(state, Kernel.SYS_EPOLL_CTL, epoll, operation, fd, at(event));
  }

  /** What is ready now. */
  static int look(MemorySegment state, int epoll, MemorySegment events, int most) {
    return (int) call(state, Kernel.SYS_EPOLL_PWAIT, epoll, at(events), most, 0, 0, 0);
  }

  /**
   * What is ready, once something is; ENOSYS before Linux 5.11.
   *
   * @param time a {@code timespec}, or NULL for no limit
   */
  static int awaitPrecisely(
      MemorySegment state, int epoll, MemorySegment events, int most, MemorySegment time) {
    long limit = at(time);
    return (int) slowCall(state, Kernel.SYS_EPOLL_PWAIT2, epoll, at(events), most, limit, 0, 0);
  }

  /**
   * What is ready, once something is.
   *
   * @param millis the longest wait; -1 for no limit
   */
  static int await(MemorySegment state, int epoll, MemorySegment events, int most, int millis) {
    return (int) slowCall(state, Kernel.SYS_EPOLL_PWAIT, epoll, at(events), most, millis, 0, 0);
  }
}
