package io.tendril.testing.conformance;

import io.tendril.spi.Engines;

class NioConformanceTest extends ReactorConformance {
  @Override
  protected Candidate candidate() {
    return Candidate.ofSockets("nio", Engines.nio());
  }
}
