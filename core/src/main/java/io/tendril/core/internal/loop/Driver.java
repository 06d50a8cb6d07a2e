package io.tendril.core.internal.loop;

import io.tendril.spi.Engine;
import io.tendril.spi.PolledReactor;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Somebody else's loop, as the reactor sees it that is driven by it. While the loop has the thread,
 * a {@link Lookout} waits in the engine; when a turn is due, it says so, and the loop runs one.
 *
 * <p>The lookout is not sent out at the end of a turn, but by a call of its own that the loop makes
 * after the turn: {@link #handOver}. So a call of the reactor that runs a loop inside of itself, as
 * a modal dialog does, has it sent out there, and the turns go on inside.
 */
final class Driver implements PolledReactor {
  private final LoopReactor reactor;
  private final Engine engine;

  /** What runs the turns; null for a loop that runs them when it has been told. */
  private final @Nullable Executor loop;

  /** Null where the loop polls the engine's own descriptor. */
  private final @Nullable Lookout lookout;

  private boolean handOverComes;
  private boolean out;

  /** Whether the loop takes nothing any more. */
  private volatile boolean gone;

  private Driver(
      LoopReactor reactor, Engine engine, @Nullable Executor loop, @Nullable Runnable due) {
    this.reactor = reactor;
    this.engine = engine;
    this.loop = loop;
    this.lookout =
        loop != null
            ? new Lookout(reactor, engine, this::postTurn)
            : due != null ? new Lookout(reactor, engine, due) : null;
  }

  /** A loop that runs what it is given, one at a time. */
  static Driver of(LoopReactor reactor, Engine engine, Executor loop) {
    return new Driver(reactor, engine, loop, null);
  }

  /** A loop that polls. */
  static Driver polling(LoopReactor reactor, Engine engine, Runnable due) {
    return new Driver(reactor, engine, null, engine.descriptor().isPresent() ? null : due);
  }

  /** In the lookout's thread: a turn is due. */
  private void postTurn() {
    if (!post(this::turn)) {
      // The loop has ended before the reactor, whose end is run here.
      reactor.stop();
      while (reactor.turn(LoopReactor.NO_LIMIT)) {}
    }
  }

  private boolean post(Runnable call) {
    if (loop != null && !gone) {
      try {
        loop.execute(call);
        return true;
      } catch (RejectedExecutionException e) {
        gone = true;
      }
    }
    return false;
  }

  // ---- Told by the reactor, in its thread -----------------------------------------------------

  /** From here on: the first turn is due. */
  void begins() {
    if (loop != null && !post(this::turn)) {
      throw new RejectedExecutionException("the loop takes no turns of " + reactor.name());
    }
  }

  /** A turn begins: the engine is the reactor's. */
  void turnBegins() {
    recall();
    postHandOver();
  }

  /** The reactor is about to use the engine. */
  void recall() {
    if (lookout != null) {
      lookout.recall();
      out = false;
    }
  }

  /** A turn has ended. */
  void turnEnds(boolean goesOn) {
    if (!goesOn) {
      end();
    } else if (loop != null) {
      postHandOver(); // a loop inside of the turn may have made the call
      if (gone) {
        send(0);
      }
    }
  }

  /** The reactor has stopped. */
  void end() {
    if (lookout != null) {
      lookout.end();
    }
  }

  private void postHandOver() {
    if (loop != null && !handOverComes) {
      handOverComes = post(this::handOver);
    }
  }

  private void handOver() {
    handOverComes = false;
    send(reactor.untilDue());
  }

  private void send(long nanos) {
    if (lookout != null && !reactor.stopped()) {
      reactor.rests();
      out = true;
      lookout.send(nanos);
    }
  }

  /** Something has changed when a turn is due, perhaps outside of any turn. */
  void touched() {
    if (out && loop != null) {
      engine.wakeup();
    }
  }

  // ---- Asked by a loop that polls -------------------------------------------------------------

  @Override
  public OptionalInt descriptor() {
    return engine.descriptor();
  }

  @Override
  public long untilDue() {
    reactor.check("untilDue()");
    long nanos = reactor.untilDue();
    send(LoopReactor.NO_LIMIT);
    return nanos;
  }

  @Override
  public boolean turn() {
    return reactor.turn(0);
  }
}
