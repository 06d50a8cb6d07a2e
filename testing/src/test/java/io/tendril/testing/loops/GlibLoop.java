package io.tendril.testing.loops;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/** The main loop of GLib, which GTK programs run, as an executor: each task is an idle source. */
final class GlibLoop implements Executor {
  static final String LIBRARY = "libglib-2.0.so.0";

  private static final int DEFAULT_PRIORITY = 0;
  private static final Linker LINKER = Linker.nativeLinker();

  private final Arena arena = Arena.global();
  private final SymbolLookup glib = SymbolLookup.libraryLookup(LIBRARY, arena);
  private final MethodHandle make =
      function("g_main_loop_new", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
  private final MethodHandle run = function("g_main_loop_run", FunctionDescriptor.ofVoid(ADDRESS));
  private final MethodHandle quit =
      function("g_main_loop_quit", FunctionDescriptor.ofVoid(ADDRESS));
  private final MethodHandle unref =
      function("g_main_loop_unref", FunctionDescriptor.ofVoid(ADDRESS));
  private final MethodHandle addIdle =
      function(
          "g_idle_add_full", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS));

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final MemorySegment runNext = upcall();

  /** Whether the library is there. */
  static boolean isThere() {
    try {
      return SymbolLookup.libraryLookup(LIBRARY, Arena.global())
          .find("g_main_loop_run")
          .isPresent();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private MethodHandle function(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(glib.find(name).orElseThrow(), descriptor);
  }

  private MemorySegment upcall() {
    try {
      MethodHandle handle =
          MethodHandles.lookup()
              .findVirtual(
                  GlibLoop.class, "runNext", MethodType.methodType(int.class, MemorySegment.class))
              .bindTo(this);
      return LINKER.upcallStub(handle, FunctionDescriptor.of(JAVA_INT, ADDRESS), arena);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** Called by GLib. An exception that came out of here would end the process. */
  @SuppressWarnings("unused")
  private int runNext(MemorySegment data) {
    try {
      tasks.remove().run();
    } catch (Throwable e) {
      e.printStackTrace();
    }
    return 0; // this source goes
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    call(addIdle, DEFAULT_PRIORITY, runNext, MemorySegment.NULL, MemorySegment.NULL);
  }

  /** A loop to run, at first or inside of another. */
  MemorySegment make() {
    return (MemorySegment) call(make, MemorySegment.NULL, 0);
  }

  void run(MemorySegment loop) {
    call(run, loop);
    call(unref, loop);
  }

  void quit(MemorySegment loop) {
    call(quit, loop);
  }

  private static Object call(MethodHandle function, Object... arguments) {
    try {
      return function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
