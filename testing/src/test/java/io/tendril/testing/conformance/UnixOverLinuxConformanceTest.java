package io.tendril.testing.conformance;

import io.tendril.spi.Engines;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class UnixOverLinuxConformanceTest extends StreamsOverUnix {
  @Override
  Candidate below() {
    return Candidate.ofSockets("linux", Engines.linux());
  }
}
