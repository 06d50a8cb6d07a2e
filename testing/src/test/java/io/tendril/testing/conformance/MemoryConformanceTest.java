package io.tendril.testing.conformance;

import io.tendril.testing.Host;
import io.tendril.testing.MemoryNetwork;

class MemoryConformanceTest extends ReactorConformance {
  @Override
  protected Subject subject() {
    Host host = new MemoryNetwork().host("here");
    return Subject.of("memory", host.engine(), host.engine());
  }
}
