package io.tendril.core.internal.loop;

import io.tendril.core.ReactorEvent;
import io.tendril.spi.Engine;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A thread that waits in the engine while the reactor's own thread is with somebody else's loop. It
 * calls nobody: it says that a turn is due, and sleeps until it is sent out again.
 *
 * <pre>
 *   HOME   the engine is the reactor's          send() -> OUT
 *   OUT    waits in the engine                  something is ready -> BACK; recall() -> HOME
 *   BACK   has said that a turn is due          recall() -> HOME
 * </pre>
 */
final class Lookout {
  private enum Post {
    HOME,
    OUT,
    BACK
  }

  private final LoopReactor reactor;
  private final Engine engine;
  private final Runnable due;
  private Post post = Post.HOME;
  private boolean waiting;
  private boolean ended;
  private long longest;
  private @Nullable Thread thread;

  /**
   * At home.
   *
   * @param due called in this thread when a turn is due
   */
  Lookout(LoopReactor reactor, Engine engine, Runnable due) {
    this.reactor = reactor;
    this.engine = engine;
    this.due = due;
  }

  // ---- In the reactor's thread ----------------------------------------------------------------

  /** Has it wait in the engine, unless it does already, or has come back and not been heard. */
  synchronized void send(long nanos) {
    if (post != Post.HOME || ended) {
      return;
    }
    post = Post.OUT;
    longest = nanos;
    if (thread == null) {
      thread = Thread.ofPlatform().name(reactor.name() + "-lookout").start(this::run);
    }
    notifyAll();
  }

  /** Calls it home. On return it is out of the engine, and will say nothing. */
  synchronized void recall() {
    post = Post.HOME;
    boolean interrupted = false;
    while (waiting) {
      engine.wakeup();
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the thread. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  // ---- In its own -----------------------------------------------------------------------------

  private void run() {
    for (long nanos; (nanos = sent()) != ENDED; ) {
      try {
        engine.watch(nanos);
      } catch (IOException e) {
        reactor.deliver(
            () -> reactor.report(new ReactorEvent.CallFailed("the wait of " + engine.name(), e)));
      }
      if (back()) {
        due.run();
      }
    }
  }

  private static final long ENDED = Long.MIN_VALUE;

  private synchronized long sent() {
    while (post != Post.OUT && !ended) {
      try {
        wait();
      } catch (InterruptedException e) {
        // nobody's business but the loop's: it is ended through end()
      }
    }
    waiting = !ended;
    return ended ? ENDED : longest;
  }

  /** Whether somebody has to be told. */
  private synchronized boolean back() {
    waiting = false;
    notifyAll();
    if (post != Post.OUT) {
      return false;
    }
    post = Post.BACK;
    return true;
  }
}
