package io.tendril.spi;

import java.io.IOException;

/** Makes the engine of a reactor. */
@FunctionalInterface
public interface EngineFactory {
  /** Called once, when the reactor is made. */
  Engine open() throws IOException;
}
