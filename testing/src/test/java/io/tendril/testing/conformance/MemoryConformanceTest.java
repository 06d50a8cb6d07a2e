package io.tendril.testing.conformance;

import io.tendril.testing.Host;
import io.tendril.testing.MemoryNetwork;

class MemoryConformanceTest extends ReactorConformance {
  @Override
  protected Candidate candidate() {
    Host host = new MemoryNetwork().host("here");
    return Candidate.of("memory", host.engine(), host.engine());
  }
}
