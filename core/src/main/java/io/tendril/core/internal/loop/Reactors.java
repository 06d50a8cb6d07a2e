package io.tendril.core.internal.loop;

import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;

/** Makes reactors. */
public final class Reactors {
  private Reactors() {}

  public static Reactor create(ReactorOptions options) {
    throw new IllegalStateException("no engine for " + options);
  }
}
