package io.tendril.examples.devices;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The calls of the C library that these programs make themselves. */
final class Calls {
  static final int O_RDWR = 2;
  static final int O_NOCTTY = 0x100;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final long ERRNO =
      STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle READ =
      find("read", JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);

  private Calls() {}

  /** A function of the C library that returns a number, and -1 with an error for a failure. */
  @SuppressWarnings("restricted")
  static MethodHandle find(String name, MemoryLayout... parameters) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(JAVA_INT, parameters),
        Linker.Option.captureCallState("errno"));
  }

  /** A call of one of these. */
  @FunctionalInterface
  interface Call {
    int invoke(MemorySegment state) throws Throwable;
  }

  /** Makes a call; what fails is an IOException. */
  static int call(String what, Call call) throws IOException {
    int result = raw(call);
    if (result < 0) {
      throw new IOException(what + " has failed with error " + -result);
    }
    return result;
  }

  /** What is to be read now, into memory: its size; 0 if there is nothing. */
  static int read(int fd, MemorySegment into) throws IOException {
    int count = raw(state -> (int) READ.invokeExact(state, fd, into, into.byteSize()));
    if (count == -EAGAIN || count == -EINTR) {
      return 0;
    } else if (count < 0) {
      throw new IOException("reading has failed with error " + -count);
    }
    return count;
  }

  private static int raw(Call call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int result = call.invoke(state);
      return result == -1 ? -state.get(JAVA_INT, ERRNO) : result;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
