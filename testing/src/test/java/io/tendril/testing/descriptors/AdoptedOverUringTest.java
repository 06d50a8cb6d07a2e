package io.tendril.testing.descriptors;

import io.tendril.spi.EngineFactory;
import io.tendril.spi.Engines;
import io.tendril.testing.UringHere;
import org.junit.jupiter.api.BeforeAll;

/** The same on the ring: a program's next version has its connections there, too. */
class AdoptedOverUringTest extends AdoptedSocketsTest {
  @BeforeAll
  static void skipWhereThereIsNone() {
    UringHere.need();
  }

  @Override
  EngineFactory engine() {
    return Engines.uring();
  }
}
