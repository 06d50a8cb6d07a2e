package io.tendril.core.internal.coroutine;

import io.tendril.core.Deferred;
import io.tendril.core.internal.loop.LoopReactor;
import io.tendril.spi.Carrier;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The coroutines of one reactor. */
public final class Coroutines {
  private final LoopReactor reactor;
  private final @Nullable Carrier offered;

  public Coroutines(LoopReactor reactor, @Nullable Carrier offered) {
    this.reactor = reactor;
    this.offered = offered;
  }

  /** Starts a coroutine. */
  public <T> Deferred<T> start(Callable<? extends T> body) {
    return Deferred.failed(
        new IllegalStateException("no carrier for " + body + " in " + reactor + ": " + offered));
  }

  /** Whether none is alive. */
  public boolean isEmpty() {
    return true;
  }

  /** Cancels what each of them awaits. */
  public void cancelAll() {}

  /** What is alive, for reports. */
  public List<String> describe() {
    return List.of();
  }
}
