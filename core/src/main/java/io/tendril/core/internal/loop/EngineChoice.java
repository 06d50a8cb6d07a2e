package io.tendril.core.internal.loop;

import io.tendril.core.internal.linux.LinuxEngine;
import io.tendril.core.internal.nio.NioEngine;
import io.tendril.spi.Engine;
import java.io.IOException;

/**
 * An engine where nobody has asked for one: the kernel's own interface where it can be called, and
 * otherwise the one that runs everywhere.
 *
 * @param why why it is that one, in words
 */
record EngineChoice(Engine engine, String why) {

  /** Opens the best engine here. */
  static EngineChoice open() throws IOException {
    String missing = LinuxEngine.unavailable();
    if (missing != null) {
      return new EngineChoice(NioEngine.open(), "no linux engine: " + missing);
    }
    return new EngineChoice(LinuxEngine.open(), "this is Linux, and its calls are allowed");
  }
}
