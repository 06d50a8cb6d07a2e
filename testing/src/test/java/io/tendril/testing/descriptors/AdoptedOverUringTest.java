package io.tendril.testing.descriptors;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.core.internal.uring.UringEngine;
import io.tendril.spi.EngineFactory;
import io.tendril.spi.Engines;
import org.junit.jupiter.api.BeforeAll;

/** The same on the ring: a program's next version has its connections there, too. */
class AdoptedOverUringTest extends AdoptedSocketsTest {
  @BeforeAll
  static void skipWhereThereIsNone() {
    if (!"required".equals(System.getenv("TENDRIL_INTEROP"))) {
      String missing = UringEngine.unavailable();
      assumeTrue(missing == null, missing);
    }
  }

  @Override
  EngineFactory engine() {
    return Engines.uring();
  }
}
