package io.tendril.core.internal.uring;

import static io.tendril.core.internal.linux.Libc.impossible;
import static io.tendril.core.internal.linux.Libc.result;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tendril.core.internal.linux.Libc;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The system calls of io_uring, which the C library has no functions for, and the mapping of its
 * memory. Each returns what the call does or, where it fails, the error's number, negated.
 */
final class RingCalls {
  /** Each parameter as wide as a register, since that is what the kernel looks at. */
  private static final MethodHandle SETUP = systemCall(JAVA_LONG, ADDRESS);

  private static final MemoryLayout[] ENTERED = {
    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG
  };

  private static final MethodHandle ENTER = systemCall(ENTERED);

  /** The same, of which the error is not noted. */
  private static final MethodHandle BARE_ENTER =
      Libc.find("syscall", systemCallOf(ENTERED), Linker.Option.firstVariadicArg(1));

  private static final MethodHandle REGISTER = systemCall(JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);

  private static final MethodHandle MMAP =
      Libc.find(
          "mmap",
          FunctionDescriptor.of(
              JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG),
          Libc.CAPTURE);

  private static final MethodHandle MUNMAP =
      Libc.find("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG), Libc.CAPTURE);

  private RingCalls() {}

  private static MethodHandle systemCall(MemoryLayout... parameters) {
    return Libc.find(
        "syscall", systemCallOf(parameters), Libc.CAPTURE, Linker.Option.firstVariadicArg(1));
  }

  private static FunctionDescriptor systemCallOf(MemoryLayout... parameters) {
    var all = new MemoryLayout[parameters.length + 1];
    all[0] = JAVA_LONG;
    System.arraycopy(parameters, 0, all, 1, parameters.length);
    return FunctionDescriptor.of(JAVA_LONG, all);
  }

  /** Makes a ring: its descriptor. */
  static int setup(MemorySegment state, int entries, MemorySegment parameters) {
    try {
      return (int)
          result(
              (long)
                  SETUP.invokeExact(
                      state, (long) Numbers.SYS_IO_URING_SETUP, (long) entries, parameters),
              state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Hands over submissions, and waits for completions: how many were taken. */
  static int enter(
      MemorySegment state,
      int ring,
      int submitted,
      int least,
      int flags,
      MemorySegment argument,
      long size) {
    try {
      return (int)
          result(
              (long)
                  ENTER.invokeExact(
                      state,
                      (long) Numbers.SYS_IO_URING_ENTER,
                      (long) ring,
                      (long) submitted,
                      (long) least,
                      (long) flags,
                      argument,
                      size),
              state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /**
   * As {@link #enter}, but for what it fails with, which is -1 for any error. A call that notes its
   * error makes a segment each time, unless the compiler is lucky.
   */
  static int enterBare(
      int ring, int submitted, int least, int flags, MemorySegment argument, long size) {
    try {
      return (int)
          (long)
              BARE_ENTER.invokeExact(
                  (long) Numbers.SYS_IO_URING_ENTER,
                  (long) ring,
                  (long) submitted,
                  (long) least,
                  (long) flags,
                  argument,
                  size);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int register(
      MemorySegment state, int ring, int operation, MemorySegment argument, int count) {
    try {
      return (int)
          result(
              (long)
                  REGISTER.invokeExact(
                      state,
                      (long) Numbers.SYS_IO_URING_REGISTER,
                      (long) ring,
                      (long) operation,
                      argument,
                      (long) count),
              state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Maps memory of a ring: its address. */
  static long map(MemorySegment state, int ring, long size, long offset) {
    try {
      return result(
          (long)
              MMAP.invokeExact(
                  state,
                  MemorySegment.NULL,
                  size,
                  Numbers.PROT_READ | Numbers.PROT_WRITE,
                  Numbers.MAP_SHARED | Numbers.MAP_POPULATE,
                  ring,
                  offset),
          state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static void unmap(MemorySegment state, MemorySegment memory) {
    try {
      int _ = (int) MUNMAP.invokeExact(state, memory.address(), memory.byteSize());
    } catch (Throwable e) {
      throw impossible(e);
    }
  }
}
