package io.tendril.core.internal.loop;

import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who is told what happens. With nobody there, failures are logged and the rest is dropped. */
final class Observers {
  private static final System.Logger LOG = System.getLogger("io.tendril.core");

  private final List<ReactorObserver> observers = new CopyOnWriteArrayList<>();

  void add(ReactorObserver observer) {
    observers.add(observer);
  }

  void remove(ReactorObserver observer) {
    observers.remove(observer);
  }

  boolean isEmpty() {
    return observers.isEmpty();
  }

  void tell(ReactorEvent event) {
    if (observers.isEmpty()) {
      log(event);
      return;
    }
    for (ReactorObserver observer : observers) {
      if (!told(observer, event)) {
        remove(observer);
      }
    }
  }

  /** Tells one observer; false if it threw, and is to be told nothing more. */
  private static boolean told(ReactorObserver observer, ReactorEvent event) {
    try {
      observer.observe(event);
      return true;
    } catch (RuntimeException | Error e) {
      log(new ReactorEvent.CallFailed("observer", e));
      if (e instanceof VirtualMachineError) {
        throw e;
      }
      return false;
    }
  }

  /**
   * Logs an event. What logging itself throws must not reach the loop: a handler that opens a file
   * throws just when descriptors have run out.
   */
  private static void log(ReactorEvent event) {
    try {
      write(event);
    } catch (RuntimeException | Error e) {
      System.err.println(event + " (not logged: " + e + ")");
      if (e instanceof VirtualMachineError) {
        throw e;
      }
    }
  }

  private static void write(ReactorEvent event) {
    switch (event) {
      case ReactorEvent.FailureUnhandled(var failure, var origin) ->
          LOG.log(
              System.Logger.Level.ERROR,
              "a Deferred failed and nobody handled it" + (origin == null ? "" : "; " + origin),
              failure);
      case ReactorEvent.CallFailed(var what, var failure) ->
          LOG.log(System.Logger.Level.ERROR, what + " failed", failure);
      case ReactorEvent.ProtocolFailed(var what, var peer, var failure) ->
          LOG.log(System.Logger.Level.ERROR, what + " failed, peer " + peer, failure);
      case ReactorEvent.CallTooSlow(var soFar, var stack) ->
          LOG.log(
              System.Logger.Level.WARNING,
              "a call has held the reactor for " + soFar.toMillis() + " ms, at " + stack);
      case ReactorEvent.DescriptorsExhausted exhausted ->
          LOG.log(System.Logger.Level.WARNING, exhausted.toString());
      case ReactorEvent.CoroutineAbandoned(var coroutine) ->
          LOG.log(
              System.Logger.Level.WARNING,
              coroutine + ", was abandoned: what it awaited can never be fired");
      case ReactorEvent.CertificatesReloaded(var files) ->
          LOG.log(System.Logger.Level.INFO, files + ": read again, and in force");
      case ReactorEvent.ReloadFailed(_, var failure) ->
          LOG.log(
              System.Logger.Level.WARNING,
              "not reloaded, what was before stays in force: " + failure.getMessage());
      case ReactorEvent.Chosen(var what, var choice, var why) ->
          LOG.log(System.Logger.Level.DEBUG, what + ": " + choice + ", " + why);
      default -> {
        if (event.isFailure()) {
          LOG.log(System.Logger.Level.ERROR, event.toString());
        }
      }
    }
  }
}
