package io.tendril.core.internal.loop;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;

/** Runs whole programs. */
public final class Programs {
  private Programs() {}

  public static void run(Reactor.Setup<? extends Deferred<?>> setup) {
    throw new IllegalStateException("no engine for " + setup);
  }

  public static <T> T runUntil(Reactor.Setup<Deferred<T>> body) throws Exception {
    throw new IllegalStateException("no engine for " + body);
  }
}
