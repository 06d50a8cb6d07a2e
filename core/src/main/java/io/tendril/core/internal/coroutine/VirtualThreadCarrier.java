package io.tendril.core.internal.coroutine;

import io.tendril.spi.Carrier;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Coroutines as virtual threads that hand a baton to the thread which resumed them, and back: the
 * way without any option. Both sides only ever park and unpark each other, so that exactly one
 * runs, and each sees what the other has written.
 */
final class VirtualThreadCarrier implements Carrier {
  @Override
  public String name() {
    return "virtual threads";
  }

  @Override
  public Coroutine create(Runnable body) {
    return new Baton(body);
  }

  /**
   * One coroutine.
   *
   * <pre>
   *   inside = false   the resumer runs; the thread is not started, parked or ended
   *   inside = true    the thread runs; the resumer is parked
   * </pre>
   */
  private static final class Baton implements Coroutine {
    private final Runnable body;
    private final Thread thread;
    private @Nullable Thread resumer;
    private boolean started;
    private boolean done;
    private volatile boolean inside;

    Baton(Runnable body) {
      this.body = body;
      this.thread = Thread.ofVirtual().name("tendril-coroutine").unstarted(this::live);
    }

    private void live() {
      try {
        body.run();
      } finally {
        done = true;
        handBack();
      }
    }

    @Override
    public void resume() {
      resumer = Thread.currentThread();
      inside = true;
      if (started) {
        LockSupport.unpark(thread);
      } else {
        started = true;
        thread.start();
      }
      await(false);
    }

    @Override
    public void suspend() {
      handBack();
      await(true);
    }

    private void handBack() {
      Thread back = resumer;
      inside = false;
      LockSupport.unpark(back);
    }

    /**
     * Parks until the baton is where it is waited for. An interrupt in between is kept for later.
     */
    private void await(boolean wanted) {
      boolean interrupted = false;
      while (inside != wanted) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public boolean isDone() {
      return done;
    }

    @Override
    public StackTraceElement[] stack() {
      return thread.getStackTrace();
    }
  }
}
