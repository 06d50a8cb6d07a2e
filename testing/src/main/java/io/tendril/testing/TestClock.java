package io.tendril.testing;

import io.tendril.core.Reactor;
import io.tendril.spi.Inspection;
import io.tendril.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time, and the driver of the reactors that live in it. Time stands still until a test lets
 * it pass; then it goes step by step to each moment at which something is due, so that "now" inside
 * of a call is that call's due time, however far the test advances at once (contract R4).
 *
 * <pre>{@code
 * var clock = new TestClock();
 * var reactor = clock.reactor();
 * var answer = reactor.after(ofSeconds(3)).thenApply(_ -> "here");
 * clock.advance(ofSeconds(3));
 * assertThat(succeededWith(answer)).isEqualTo("here");
 * }</pre>
 *
 * <p>The reactors of a clock run in the thread that lets time pass, one turn each in a round, in
 * the order in which they were made. After that, the last one is current in the thread, so what a
 * test with one reactor makes belongs to it.
 */
public final class TestClock implements TimeSource, AutoCloseable {
  /** How long a reactor may wait when it is driven: for ever, and still a number of nanoseconds. */
  static final Duration FOREVER = Duration.ofDays(36_500);

  private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
  private static final int TURNS_AT_ONE_MOMENT = 300_000;

  private final Schedule schedule = new Schedule();
  private final List<Driven> driven = new ArrayList<>();
  private @Nullable MemoryNetwork network;
  private @Nullable RandomGenerator order;
  private Runnable check = () -> {};
  private final Failures failures = new Failures();
  private Duration wallOffset = Duration.ZERO;
  private volatile long now;
  private boolean driving;
  private boolean inTurn;
  private int turnsNow;
  private int mostTurnsNow = TURNS_AT_ONE_MOMENT;

  /** A reactor, and the engine that knows what it waits for. */
  private static final class Driven {
    final Reactor reactor;
    final MemoryEngine engine;

    /** Whether somebody else may have called it since its last turn. */
    boolean stale = true;

    /** Whether its program was killed: it gets no more turns. */
    boolean dead;

    Driven(Reactor reactor, MemoryEngine engine) {
      this.reactor = reactor;
      this.engine = engine;
    }
  }

  /** A clock that begins on the first of January 2026. */
  public TestClock() {}

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public Instant now() {
    return BEGINNING.plusNanos(now).plus(wallOffset);
  }

  /** Lets the wall clock jump, as administrators do; monotonic time does not notice. */
  public void jumpWall(Duration by) {
    wallOffset = wallOffset.plus(by);
  }

  /** The network whose time this is. */
  public MemoryNetwork network() {
    MemoryNetwork mine = network;
    if (mine == null) {
      mine = new MemoryNetwork(this, 0);
      network = mine;
    }
    return mine;
  }

  /** A reactor in this time: that of the host "localhost" of {@link #network()}. */
  public Reactor reactor() {
    return network().host("localhost").reactor();
  }

  /**
   * Sets how many turns the reactors may take together while no time passes; one more is an {@link
   * AssertionError}, since a program that always has something to do now would run for ever.
   * 300,000 by default: a request and its answer over a network without latency take two or three
   * turns, so that is a hundred thousand of them, one after the other, and a loop is found within
   * seconds.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public void mostTurnsAtOneMoment(int turns) {
    if (turns < 1) {
      throw new IllegalArgumentException("no turn, not even one: " + turns);
    }
    mostTurnsNow = turns;
  }

  // ---- Letting time pass ----------------------------------------------------------------------

  /** Runs all that is due now, newly due calls included. No time passes. */
  public void runCurrent() {
    drive(this::settle);
  }

  /**
   * Lets time pass, and runs what becomes due meanwhile, in order and each at its time.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("time does not go back by " + by);
    }
    long target = now + by.toNanos();
    drive(() -> {
      settle();
      while (step(target)) {}
      moveTo(target);
    });
  }

  /**
   * Lets time pass until nothing is left to happen: no delayed call is pending, and nothing is on
   * its way in the network.
   *
   * @return how long that took
   * @throws AssertionError if something is still to come after a day
   */
  public Duration runUntilIdle() {
    long start = now;
    long limit = start + Duration.ofDays(1).toNanos();
    drive(() -> {
      settle();
      while (step(limit)) {}
      if (nextMoment() != Schedule.NEVER) {
        throw new AssertionError("not idle after a day; still to come: " + pending());
      }
    });
    return Duration.ofNanos(now - start);
  }

  /**
   * Lets time pass until a condition holds, nothing is left to happen, or a limit is reached.
   *
   * @return whether the condition holds
   */
  public boolean runUntil(BooleanSupplier condition, Duration longest) {
    long limit = now + longest.toNanos();
    drive(() -> {
      settle();
      while (!condition.getAsBoolean() && step(limit)) {}
    });
    return condition.getAsBoolean();
  }

  private void drive(Runnable action) {
    if (driving) {
      throw new IllegalStateException("time cannot be driven from inside of a call that it makes");
    }
    driving = true;
    try {
      driven.forEach(each -> each.stale = true);
      action.run();
    } finally {
      driving = false;
    }
    failures.throwUnexpected();
  }

  /** Does something as a call of a reactor, and then whatever is due now. */
  void call(Reactor reactor, Runnable action) {
    if (driving) {
      action.run();
      return;
    }
    reactor.execute(action);
    runCurrent();
  }

  /** Goes to the next moment, if it is not after the limit, and runs what is due then. */
  private boolean step(long limit) {
    long next = nextMoment();
    if (next == Schedule.NEVER || next > limit) {
      return false;
    }
    moveTo(next);
    settle();
    return true;
  }

  private void moveTo(long time) {
    if (time > now) {
      now = time;
      turnsNow = 0;
    }
  }

  /** Runs what is due now until every reactor waits for later. */
  private void settle() {
    boolean busy = true;
    while (busy) {
      busy = runSchedule();
      List<Driven> round = due();
      busy |= !round.isEmpty();
      for (Driven each : round) {
        if (!each.dead) {
          turn(each);
        }
      }
    }
  }

  /** Runs what the network has for now, newly added included. */
  private boolean runSchedule() {
    boolean ran = false;
    while (schedule.next() <= now) {
      schedule.take().run();
      check.run();
      ran = true;
    }
    return ran;
  }

  /** The reactors that have something to do now; in any order, and one perhaps left for later. */
  private List<Driven> due() {
    List<Driven> round = new ArrayList<>(4);
    for (Driven each : driven) {
      if (each.engine.due(now, each.stale)) {
        round.add(each);
      }
    }
    if (order != null && round.size() > 1) {
      Collections.shuffle(round, order);
      if (order.nextInt(4) == 0) {
        round.removeLast();
      }
    }
    return round;
  }

  private void turn(Driven each) {
    if (++turnsNow > mostTurnsNow) {
      turnsNow = 0; // so that the reactors can be stopped
      throw new AssertionError(
          "time cannot go on: "
              + each.reactor.options().name()
              + " finds something to do now, turn after turn, "
              + mostTurnsNow
              + " of them. A call that always asks for a call with no delay does this, and so does"
              + " interest in reading without reading. If it would come to an end: let time pass in"
              + " between, or see mostTurnsAtOneMoment");
    }
    each.stale = false;
    each.engine.noteTurn(now);
    each.engine.beforeTurn();
    inTurn = true;
    try {
      if (!each.reactor.turn(FOREVER)) {
        driven.remove(each);
      }
    } finally {
      inTurn = false;
    }
    check.run();
  }

  private long nextMoment() {
    long next = schedule.next();
    for (Driven each : driven) {
      next = Math.min(next, each.engine.deadline());
    }
    return next;
  }

  private String pending() {
    var list = new ArrayList<String>();
    for (Driven each : driven) {
      if (each.engine.deadline() != Schedule.NEVER) {
        list.add("a call of " + each.reactor.options().name());
      }
    }
    if (schedule.next() != Schedule.NEVER) {
      list.add("traffic of the network");
    }
    return String.join(", ", list);
  }

  // ---- Failures -------------------------------------------------------------------------------

  /**
   * Expects a failure to be reported by a reactor: one, of this type. Any other comes out of the
   * method that let the time pass in which it happened, as the cause of an {@link AssertionError}.
   */
  public void expectFailure(Class<? extends Throwable> type) {
    failures.expect(type);
  }

  /**
   * Stops all reactors, which reports the failures that nobody has handled.
   *
   * @throws AssertionError if there is one, or one that was expected has not been reported
   */
  @Override
  public void close() {
    stopAll();
    failures.throwMissing();
  }

  void stopAll() {
    for (Driven each : List.copyOf(driven)) {
      each.reactor.stop();
    }
    if (!runUntil(driven::isEmpty, Duration.ofHours(1))) {
      throw new AssertionError("the reactors have not stopped: " + holdings());
    }
  }

  /** What all reactors hold. */
  List<Inspection.Holding> holdings() {
    List<Inspection.Holding> holdings = new ArrayList<>();
    for (Driven each : driven) {
      holdings.addAll(((Inspection) each.reactor).holdings());
    }
    return holdings;
  }

  /** Whether nothing is left to happen. */
  boolean isIdle() {
    return nextMoment() == Schedule.NEVER;
  }

  Failures failures() {
    return failures;
  }

  // ---- For the network ------------------------------------------------------------------------

  /** Makes a network this clock's own. */
  void adopt(MemoryNetwork ours) {
    network = ours;
  }

  /** Has a reactor driven from here on, until it stops. */
  void drive(Reactor reactor, MemoryEngine engine) {
    driven.add(new Driven(reactor, engine));
  }

  /** Draws the order of the reactors in each round from a source of randomness. */
  void shuffle(@Nullable RandomGenerator random) {
    order = random;
    schedule.shuffle(random);
  }

  /** Has something looked at after each event: each arrival, each turn of a reactor. */
  void afterEach(Runnable checking) {
    check = checking;
  }

  /** An engine's reactor gets no more turns. */
  void drop(MemoryEngine engine) {
    driven.removeIf(each -> {
      each.dead |= each.engine == engine;
      return each.dead;
    });
  }

  /** Does something that no reactor must be in the middle of: at once, or after its turn. */
  void betweenTurns(Runnable what) {
    if (inTurn) {
      schedule.at(now, what);
      return;
    }
    what.run();
    if (!driving) {
      runCurrent();
    }
  }

  /** Does something after a delay; with none, at once unless something else is due now as well. */
  void after(long nanos, Runnable what) {
    schedule.at(now + nanos, what);
  }

  /** Does something at a time. */
  void at(long time, Runnable what) {
    schedule.at(time, what);
  }

  /**
   * Called by an engine whose reactor is not driven from here, and would wait: time passes until
   * the network has something or the reactor's own time has come.
   *
   * @param nanos negative for no limit
   * @return whether anything can be expected
   */
  boolean pass(long nanos) {
    long next = schedule.next();
    long target = nanos < 0 ? next : Math.min(next, now + nanos);
    if (target == Schedule.NEVER) {
      return false;
    }
    moveTo(target);
    boolean _ = runSchedule();
    return true;
  }

  boolean driving() {
    return driving;
  }
}
