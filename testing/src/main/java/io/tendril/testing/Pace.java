package io.tendril.testing;

import io.tendril.core.Reactor;
import io.tendril.spi.Inspection;
import io.tendril.spi.Inspection.Holding;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** How a test lets its reactor run: in virtual time, or in real time, turn by turn. */
interface Pace {
  Reactor reactor();

  Failures failures();

  /** Runs what is due now, and makes the reactor the current one of this thread. */
  void settle();

  /** Gives what is under way a moment, which ends when a condition holds. */
  void settle(BooleanSupplier condition);

  /** Lets the reactor run until a condition holds; false if it does not within a limit. */
  boolean until(BooleanSupplier condition, Duration longest);

  /** Ends the reactor's wait, so that the condition is looked at. */
  void wake();

  /** Completes "it does not hold ...", after {@link #until} has returned false. */
  String whyNot(Duration longest);

  /** What is open. */
  List<Holding> holdings();

  /** Stops the reactor, and waits for that. */
  void stop();

  /** In virtual time. */
  record Virtual(TestClock clock) implements Pace {
    @Override
    public Reactor reactor() {
      return clock.reactor();
    }

    @Override
    public Failures failures() {
      return clock.failures();
    }

    @Override
    public void settle() {
      var _ = clock.reactor();
      clock.runCurrent();
    }

    @Override
    public void settle(BooleanSupplier condition) {
      clock.runCurrent();
    }

    @Override
    public boolean until(BooleanSupplier condition, Duration longest) {
      return clock.runUntil(condition, longest);
    }

    @Override
    public void wake() {}

    @Override
    public String whyNot(Duration longest) {
      return clock.isIdle()
          ? "and nothing left to happen that could change it"
          : "after " + longest.toSeconds() + " s of virtual time";
    }

    @Override
    public List<Holding> holdings() {
      return clock.holdings();
    }

    @Override
    public void stop() {
      clock.stopAll();
    }
  }

  /** In real time. */
  record Real(Reactor reactor, Failures failures) implements Pace {
    /** How often to look at a condition, unless somebody wakes the reactor. */
    private static final Duration LOOK = Duration.ofMillis(20);

    private static final Duration MOMENT = Duration.ofMillis(100);
    private static final Duration STOPPING = Duration.ofSeconds(10);

    static Real create(String name) {
      Reactor reactor =
          Reactor.create(
              io.tendril.core.ReactorOptions.defaults()
                  .withName(name)
                  .withDebug(true)
                  .withShutdownDeadline(Duration.ofSeconds(5)));
      var failures = new Failures();
      reactor.observe(failures::add);
      return new Real(reactor, failures);
    }

    @Override
    public void settle() {
      turn(Duration.ZERO);
    }

    @Override
    public void settle(BooleanSupplier condition) {
      boolean _ = until(condition, MOMENT);
    }

    @Override
    public boolean until(BooleanSupplier condition, Duration longest) {
      long start = reactor.clock().nanoTime();
      turn(Duration.ZERO);
      while (!condition.getAsBoolean()) {
        failures.throwUnexpected();
        Duration left = longest.minusNanos(reactor.clock().nanoTime() - start);
        if (left.isNegative() || !turn(left.compareTo(LOOK) < 0 ? left : LOOK)) {
          return condition.getAsBoolean();
        }
      }
      return true;
    }

    private boolean turn(Duration longest) {
      return reactor.state() != Reactor.State.STOPPED && reactor.turn(longest);
    }

    @Override
    public void wake() {
      if (reactor.state() != Reactor.State.STOPPED) {
        reactor.execute(() -> {});
      }
    }

    @Override
    public String whyNot(Duration longest) {
      return "after " + longest.toSeconds() + " s";
    }

    @Override
    public List<Holding> holdings() {
      return ((Inspection) reactor).holdings();
    }

    @Override
    public void stop() {
      reactor.stop();
      long start = reactor.clock().nanoTime();
      while (turn(MOMENT)) {
        if (reactor.clock().nanoTime() - start > STOPPING.toNanos()) {
          throw new AssertionError("the reactor has not stopped: " + holdings());
        }
      }
    }
  }
}
