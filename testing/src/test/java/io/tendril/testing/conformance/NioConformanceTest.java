package io.tendril.testing.conformance;

import io.tendril.spi.Engines;

class NioConformanceTest extends ReactorConformance {
  @Override
  protected Subject subject() {
    return Subject.ofSockets("nio", Engines.nio());
  }
}
