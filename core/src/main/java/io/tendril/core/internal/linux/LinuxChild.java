package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.internal.linux.Kernel.Layout;
import io.tendril.core.process.ExitStatus;
import io.tendril.core.process.WindowSize;
import io.tendril.spi.Children;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A child of this process, by its descriptor. Until it is reaped, which nothing but this does, its
 * number and that of its group are nobody else's.
 */
final class LinuxChild implements Children.Child {
  private final int pid;
  private final Descriptor descriptor;
  private final List<Children.End> ends;
  private final int terminal;
  private @Nullable ExitStatus status;

  /**
   * A child that runs.
   *
   * @param terminal this side's descriptor of its terminal; -1 for none
   */
  LinuxChild(int pid, Descriptor descriptor, List<Children.End> ends, int terminal) {
    this.pid = pid;
    this.descriptor = descriptor;
    this.ends = List.copyOf(ends);
    this.terminal = terminal;
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public Descriptor descriptor() {
    return descriptor;
  }

  @Override
  public List<Children.End> ends() {
    return ends;
  }

  @Override
  public @Nullable ExitStatus reap() {
    if (status != null || !descriptor.isOpen()) {
      return status;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Libc.state());
      MemorySegment found = arena.allocate(Layout.SIGINFO_T, 8);
      int result;
      do {
        result = ProcessCalls.look(state, Kernel.P_PIDFD, descriptor.number(), found);
      } while (result == -Kernel.EINTR);
      if (result >= 0 && found.get(JAVA_INT, Layout.SIGINFO_T__SI_PID) == 0) {
        return null;
      }
      status = result < 0 ? new ExitStatus.Code(ExitStatus.UNKNOWN) : read(found);
    }
    descriptor.close();
    return status;
  }

  private static ExitStatus read(MemorySegment found) {
    int how = found.get(JAVA_INT, Layout.SIGINFO_T__SI_CODE);
    int value = found.get(JAVA_INT, Layout.SIGINFO_T__SI_STATUS);
    return how == Kernel.CLD_EXITED
        ? new ExitStatus.Code(value)
        : new ExitStatus.Signal(value, SignalNames.name(value), how == Kernel.CLD_DUMPED);
  }

  @Override
  public boolean signal(String name) {
    int number = SignalNames.number(name);
    if (status != null || !descriptor.isOpen()) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Libc.state());
      return ProcessCalls.signal(state, descriptor.number(), number) == 0;
    }
  }

  @Override
  public boolean signalGroup(String name) {
    int number = SignalNames.number(name);
    if (status != null || !descriptor.isOpen()) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      return ProcessCalls.kill(arena.allocate(Libc.state()), -pid, number) == 0;
    }
  }

  @Override
  public void resize(WindowSize size) {
    if (terminal >= 0) {
      try (Arena arena = Arena.ofConfined()) {
        resize(arena.allocate(Libc.state()), terminal, size);
      }
    }
  }

  static int resize(MemorySegment state, int terminal, WindowSize size) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment window = arena.allocate(Layout.WINSIZE, 2);
      window.set(JAVA_SHORT, 0, (short) size.rows());
      window.set(JAVA_SHORT, Layout.WINSIZE__WS_COL, (short) size.columns());
      return ProcessCalls.resize(state, terminal, window);
    }
  }

  @Override
  public void discard() {
    for (Children.End end : ends) {
      close(end.input());
      close(end.output());
    }
    if (status == null && descriptor.isOpen()) {
      signal("KILL");
      try (Arena arena = Arena.ofConfined()) {
        awaitEnd(arena.allocate(Libc.state()), Kernel.P_PIDFD, descriptor.number());
      }
      forget();
    }
  }

  private static void close(@Nullable Descriptor descriptor) {
    if (descriptor != null) {
      descriptor.close();
    }
  }

  @Override
  public void forget() {
    descriptor.close();
  }

  /** Waits for the end of a child, and reaps it. */
  static void awaitEnd(MemorySegment state, int type, int id) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment found = arena.allocate(Layout.SIGINFO_T, 8);
      while (ProcessCalls.await(state, type, id, found) == -Kernel.EINTR) {}
    }
  }
}
