package io.tendril.core.internal;

import io.tendril.core.DelayedCall;
import io.tendril.core.Reactor;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The home of Deferreds that are made outside of any reactor: confined to the thread they are made
 * in.
 */
final class ThreadHome extends Home {
  private final Thread thread = Thread.currentThread();

  static Home adopt() {
    Home home = new ThreadHome();
    Home.enter(home);
    return home;
  }

  @Override
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  @Override
  public @Nullable Reactor reactor() {
    return null;
  }

  @Override
  public DelayedCall callLater(Duration delay, Reactor.Action action) {
    throw new IllegalStateException(
        "no reactor runs in thread '" + thread.getName() + "', so there is no clock for a timeout");
  }

  @Override
  public void post(Runnable action) {
    throw new RejectedExecutionException(
        "no reactor runs in thread '" + thread.getName() + "', so nothing can be handed to it");
  }

  @Override
  public boolean hasLoop() {
    return false;
  }

  @Override
  public void report(Throwable failure, @Nullable String origin) {
    System.getLogger("io.tendril.core")
        .log(
            System.Logger.Level.ERROR,
            "a Deferred failed and nobody handled it" + (origin == null ? "" : "; " + origin),
            failure);
  }

  @Override
  public void fatal(VirtualMachineError error) {
    throw error;
  }

  @Override
  public boolean debug() {
    return false;
  }

  @Override
  public String name() {
    return "thread '" + thread.getName() + "'";
  }
}
