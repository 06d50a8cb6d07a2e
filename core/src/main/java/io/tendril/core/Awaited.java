package io.tendril.core;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * The place where a failure was awaited: suppressed in it, since its own stack trace shows the
 * place where it was made. A failure that passes through several coroutines carries one for each.
 */
final class Awaited extends Throwable {
  private static final long serialVersionUID = 1L;

  /**
   * How many one failure carries: enough to read, and a bound for those that are thrown for ever.
   */
  private static final int MOST = 8;

  private static final String COROUTINE = Coroutine.class.getName();

  private Awaited() {
    super("here", null, false, true);
  }

  /** Marks a failure with the place that awaits it, and returns what to throw there. */
  static Throwable here(Throwable failure) {
    if (failure instanceof CancellationException && failure.getSuppressed().length == 0) {
      var here = new CancellationException(failure.getMessage());
      here.initCause(failure);
      return here;
    }
    long marked = Arrays.stream(failure.getSuppressed()).filter(Awaited.class::isInstance).count();
    if (marked < MOST) {
      var here = new Awaited();
      here.setStackTrace(inside(here.getStackTrace()));
      failure.addSuppressed(here);
    }
    return failure;
  }

  /**
   * The frames of the body: without those that make the await, and those that the loop has below.
   */
  private static StackTraceElement[] inside(StackTraceElement[] trace) {
    int from = 0;
    while (from < trace.length && isOurs(trace[from])) {
      from++;
    }
    int to = from;
    while (to < trace.length && !trace[to].getClassName().equals(COROUTINE)) {
      to++;
    }
    return Arrays.copyOfRange(trace, from, to);
  }

  /** The frames of the body of a suspended coroutine: those from the await to its start. */
  static List<StackTraceElement> body(StackTraceElement[] stack) {
    int from = 0;
    while (from < stack.length && !isOurs(stack[from])) {
      from++; // what the carrier suspends with
    }
    return List.of(inside(Arrays.copyOfRange(stack, from, stack.length)));
  }

  private static boolean isOurs(StackTraceElement frame) {
    String type = frame.getClassName();
    return type.equals(Awaited.class.getName())
        || type.equals(COROUTINE)
        || type.equals(Deferred.class.getName());
  }

  /** Whether a frame is of the program, and not of Tendril's core or the JDK. */
  static boolean isUsers(StackTraceElement frame) {
    String type = frame.getClassName();
    return !type.startsWith("java.")
        && !type.startsWith("jdk.")
        && (!type.startsWith("io.tendril.core.") || type.contains("Test"));
  }
}
