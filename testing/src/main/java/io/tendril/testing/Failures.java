package io.tendril.testing;

import io.tendril.core.ReactorEvent;
import java.util.ArrayList;
import java.util.List;

/** The failures that reactors report during a test, and those that it expects. */
final class Failures {
  private final List<ReactorEvent> unexpected = new ArrayList<>();
  private final List<Class<? extends Throwable>> expected = new ArrayList<>();

  /** Expects one failure, before or after it is reported. */
  void expect(Class<? extends Throwable> type) {
    for (ReactorEvent event : unexpected) {
      if (type.isInstance(event.failure())) {
        unexpected.remove(event);
        return;
      }
    }
    expected.add(type);
  }

  /** Takes a report in, if it is of a failure. */
  void add(ReactorEvent event) {
    if (!event.isFailure()) {
      return;
    }
    Throwable failure = event.failure();
    for (Class<? extends Throwable> type : expected) {
      if (type.isInstance(failure)) {
        expected.remove(type);
        return;
      }
    }
    unexpected.add(event);
  }

  /** Throws the failures that nobody expects, the first with the others suppressed in it. */
  void throwUnexpected() {
    if (unexpected.isEmpty()) {
      return;
    }
    List<ReactorEvent> events = List.copyOf(unexpected);
    unexpected.clear();
    AssertionError first = asError(events.getFirst());
    for (ReactorEvent event : events.subList(1, events.size())) {
      first.addSuppressed(asError(event));
    }
    throw first;
  }

  /** Throws if an expected failure has not come. */
  void throwMissing() {
    if (!expected.isEmpty()) {
      throw new AssertionError(
          "expected a failure of type "
              + expected.getFirst().getName()
              + ", and none was reported");
    }
  }

  private static AssertionError asError(ReactorEvent event) {
    return new AssertionError(describe(event), event.failure());
  }

  private static String describe(ReactorEvent event) {
    return switch (event) {
      case ReactorEvent.FailureUnhandled(var failure, var origin) ->
          "a Deferred failed and nobody handled it: "
              + failure
              + (origin == null ? "" : "; " + origin);
      case ReactorEvent.CallFailed(var what, var failure) -> what + " failed: " + failure;
      case ReactorEvent.ProtocolFailed(var what, var peer, var failure) ->
          what + " failed, peer " + peer + ": " + failure;
      default -> event.toString();
    };
  }
}
