package io.tendril.testing.conformance;

import io.tendril.spi.Engines;

class UnixOverNioConformanceTest extends StreamsOverUnix {
  @Override
  Candidate below() {
    return Candidate.ofSockets("nio", Engines.nio());
  }
}
