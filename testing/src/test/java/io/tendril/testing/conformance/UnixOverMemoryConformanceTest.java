package io.tendril.testing.conformance;

import io.tendril.testing.MemoryHost;
import io.tendril.testing.MemoryNetwork;

class UnixOverMemoryConformanceTest extends StreamsOverUnix {
  @Override
  Candidate below() {
    MemoryHost host = new MemoryNetwork().host("here");
    return Candidate.of("memory", host.engine(), host.engine());
  }
}
