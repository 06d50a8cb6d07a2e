package io.tendril.testing.conformance;

import io.tendril.spi.Engines;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class LinuxConformanceTest extends ReactorConformance {
  @Override
  protected Candidate candidate() {
    return Candidate.ofSockets("linux", Engines.linux());
  }
}
