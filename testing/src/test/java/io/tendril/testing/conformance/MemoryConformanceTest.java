package io.tendril.testing.conformance;

import io.tendril.testing.MemoryHost;
import io.tendril.testing.MemoryNetwork;

class MemoryConformanceTest extends ReactorConformance {
  @Override
  protected Candidate candidate() {
    MemoryHost host = new MemoryNetwork().host("here");
    return Candidate.of("memory", host.engine(), host.engine());
  }
}
