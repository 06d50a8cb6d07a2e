package io.tendril.core.internal.loop;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;

/**
 * The end of a reactor, in steps, within one deadline over all of them:
 *
 * <pre>
 *   RUNNING   begin() ->
 *   DRAINING  listeners are closed, protocols asked to drain, before-triggers run; until no
 *             connection and no trigger is left ->
 *   CLOSING   coroutines cancelled, what is left of connections aborted, the pool interrupted; until
 *             all have ended ->
 *             after-triggers run; until none is left ->
 *   STOPPED
 * </pre>
 *
 * <p>At the deadline what is left is named in an event, and every step is taken at once.
 */
final class Shutdown {
  private record Trigger(String name, Callable<? extends Deferred<?>> call) {}

  private enum Step {
    NONE,
    DRAINING,
    CLOSING,
    AFTER
  }

  /** How often to look whether the threads of the pool have ended: they wake nobody. */
  private static final Duration POLL = Duration.ofMillis(5);

  /** How long children that were killed may take to die, beyond the deadline. */
  private static final Duration REAPING = Duration.ofSeconds(1);

  private final LoopReactor reactor;
  private final List<Trigger> starting = new ArrayList<>();
  private final List<Trigger> before = new ArrayList<>();
  private final List<Trigger> after = new ArrayList<>();
  private final Map<Trigger, Deferred<?>> awaited = new LinkedHashMap<>();
  private Step step = Step.NONE;
  private boolean overdue;

  /** Children that were killed at the deadline have had the time to be reaped. */
  private boolean pastReaping;

  Shutdown(LoopReactor reactor) {
    this.reactor = reactor;
  }

  void onStart(Callable<? extends Deferred<?>> call) {
    var trigger = new Trigger("start", call);
    if (reactor.state() == Reactor.State.NEW) {
      starting.add(trigger);
    } else {
      start(trigger);
    }
  }

  /** The loop begins: run the start triggers, in its first turn. */
  void started() {
    reactor.later(() -> {
      List<Trigger> all = List.copyOf(starting);
      starting.clear();
      all.forEach(this::start);
    });
  }

  private void start(Trigger trigger) {
    Deferred.of(() -> hold(trigger.call().call()))
        .whenComplete((value, failure) -> {
          if (failure != null) {
            reactor.report(new ReactorEvent.CallFailed("start trigger", failure));
            begin();
          }
        })
        .exceptionally(failure -> null);
  }

  /** A Deferred of anything as one of something. */
  @SuppressWarnings("unchecked")
  private static Deferred<Object> hold(Deferred<?> deferred) {
    return (Deferred<Object>) deferred;
  }

  void beforeStop(String name, Callable<? extends Deferred<?>> call) {
    before.add(new Trigger(name, call));
  }

  void afterStop(String name, Callable<? extends Deferred<?>> call) {
    after.add(new Trigger(name, call));
  }

  /** Whether nothing has to be looked at before the next event. */
  boolean idle() {
    return step == Step.NONE || !mayGoOn();
  }

  /** Starts the end; again, it does nothing. */
  void begin() {
    if (step != Step.NONE || reactor.stopped()) {
      return;
    }
    step = Step.DRAINING;
    reactor.state(Reactor.State.DRAINING);
    reactor.callInside(reactor.options().shutdownDeadline(), this::deadline);
    reactor.sockets().closeListeners();
    fire(before);
    reactor.sockets().drain();
  }

  private void fire(List<Trigger> triggers) {
    List<Trigger> all = List.copyOf(triggers);
    triggers.clear();
    for (Trigger trigger : all) {
      Deferred<?> running =
          Deferred.of(() -> hold(trigger.call().call()))
              .whenComplete((value, failure) -> {
                awaited.remove(trigger);
                if (failure != null && !givenUp(failure)) {
                  reactor.report(new ReactorEvent.CallFailed(trigger.name(), failure));
                }
              })
              .exceptionally(failure -> null);
      if (!running.isDone()) {
        awaited.put(trigger, running);
      }
    }
  }

  private boolean mayGoOn() {
    return stepDone() || (overdue && (step != Step.CLOSING || childrenAreGone()));
  }

  private boolean childrenAreGone() {
    return pastReaping || reactor.sockets().processes().isEmpty();
  }

  private boolean stepDone() {
    return switch (step) {
      case NONE -> false;
      case DRAINING -> awaited.isEmpty() && reactor.sockets().isDrained();
      case CLOSING ->
          reactor.coroutines().isEmpty()
              && reactor.sockets().isEmpty()
              && reactor.blockingCalls().ended();
      case AFTER -> awaited.isEmpty();
    };
  }

  /** Takes the steps that can be taken; called at the end of each turn. */
  void advance() {
    while (step != Step.NONE && mayGoOn() && !reactor.stopped()) {
      switch (step) {
        case DRAINING -> {
          close();
          if (overdue) {
            return; // one more turn, in which those that were cut off hear of it
          }
        }
        case CLOSING -> {
          step = Step.AFTER;
          fire(after);
        }
        default -> end();
      }
    }
  }

  private void end() {
    reactor.sockets().processes().forgetAll();
    reactor.ended();
  }

  private void close() {
    step = Step.CLOSING;
    reactor.state(Reactor.State.CLOSING);
    awaited.clear();
    reactor.coroutines().cancelAll();
    reactor.sockets().abortAll();
    reactor.blockingCalls().interrupt();
    pollPool();
  }

  private void pollPool() {
    if (!reactor.blockingCalls().ended() && !reactor.stopped()) {
      reactor.callInside(POLL, this::pollPool);
    }
  }

  private void deadline() {
    List<String> unfinished = new ArrayList<>();
    awaited.keySet().forEach(trigger -> unfinished.add(trigger.name()));
    unfinished.addAll(reactor.sockets().describe());
    unfinished.addAll(reactor.coroutines().describe());
    if (!reactor.blockingCalls().ended()) {
      unfinished.add("blocking calls");
    }
    reactor.report(new ReactorEvent.ShutdownOverdue(unfinished));
    overdue = true;
    reactor.callInside(REAPING, () -> pastReaping = true);
    List.copyOf(awaited.values()).forEach(Deferred::cancel);
  }

  /**
   * Whether a trigger failed because it was cancelled at the deadline, and has been named there.
   */
  private boolean givenUp(Throwable failure) {
    return overdue && failure instanceof CancellationException;
  }

  /** Whether the deadline passed. */
  boolean overdue() {
    return overdue;
  }

  /** Ends everything at once, after an error that no loop survives. */
  void now() {
    if (!reactor.stopped()) {
      reactor.coroutines().cancelAll();
      reactor.sockets().closeListeners();
      reactor.sockets().abortAll();
      reactor.blockingCalls().interrupt();
      end();
    }
  }
}
