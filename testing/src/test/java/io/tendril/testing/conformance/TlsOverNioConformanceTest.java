package io.tendril.testing.conformance;

import io.tendril.spi.Engines;

class TlsOverNioConformanceTest extends StreamsOverTls {
  TlsOverNioConformanceTest() {
    super(1);
  }

  @Override
  Candidate below() {
    return Candidate.ofSockets("nio", Engines.nio());
  }
}
