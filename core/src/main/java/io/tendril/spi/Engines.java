package io.tendril.spi;

import io.tendril.core.internal.nio.NioEngine;

/** The engines that core has. */
public final class Engines {
  private Engines() {}

  /** The engine on {@code java.nio}, which runs everywhere. */
  public static EngineFactory nio() {
    return NioEngine::open;
  }
}
