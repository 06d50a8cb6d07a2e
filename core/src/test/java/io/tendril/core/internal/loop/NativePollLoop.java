package io.tendril.core.internal.loop;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** A loop of the operating system's: poll(2) of a descriptor, as GUIs written in C do it. */
final class NativePollLoop implements PolledReactorTest.PollLoop {
  private static final short POLLIN = 1;

  private final MethodHandle pipe = function("pipe", FunctionDescriptor.of(JAVA_INT, ADDRESS));
  private final MethodHandle poll =
      function("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private final MethodHandle read =
      function("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private final MethodHandle write =
      function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private final MethodHandle close = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private final Arena arena = Arena.ofShared();
  private final MemorySegment polled =
      arena.allocate(MemoryLayout.structLayout(JAVA_INT, JAVA_SHORT, JAVA_SHORT));
  private final MemorySegment buffer = arena.allocate(64);
  private final int source;
  private final int sink;
  private boolean closed;

  NativePollLoop() {
    MemorySegment ends = arena.allocate(JAVA_INT, 2);
    call(pipe, ends);
    source = ends.getAtIndex(JAVA_INT, 0);
    sink = ends.getAtIndex(JAVA_INT, 1);
  }

  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), descriptor);
  }

  private static void call(MethodHandle function, Object... arguments) {
    try {
      long result = ((Number) function.invokeWithArguments(arguments)).longValue();
      if (result < 0) {
        throw new AssertionError("a system call failed");
      }
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** May come from the thread that has waited for the reactor while this is being closed. */
  @Override
  public synchronized void wake() {
    if (!closed) {
      call(write, sink, buffer, 1L);
    }
  }

  @Override
  public void poll(long nanos) {
    polled.set(JAVA_INT, 0, source);
    polled.set(JAVA_SHORT, 4, POLLIN);
    polled.set(JAVA_SHORT, 6, (short) 0);
    call(poll, polled, 1L, (int) (nanos < 0 ? -1 : (nanos + 999_999) / 1_000_000));
    if (polled.get(JAVA_SHORT, 6) != 0) {
      call(read, source, buffer, 64L);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    call(close, source);
    call(close, sink);
    arena.close();
  }
}
