package io.tendril.testing.conformance;

import io.tendril.spi.Engines;
import io.tendril.testing.UringHere;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class UringConformanceTest extends ReactorConformance {
  @BeforeAll
  static void skipWhereThereIsNone() {
    UringHere.need();
  }

  @Override
  protected Candidate candidate() {
    return Candidate.ofSockets("uring", Engines.uring());
  }
}
