package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.core.internal.uring.UringEngine;
import io.tendril.spi.Engines;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class UringConformanceTest extends ReactorConformance {
  @BeforeAll
  static void skipWhereThereIsNone() {
    if (!"required".equals(System.getenv("TENDRIL_INTEROP"))) {
      String missing = UringEngine.unavailable();
      assumeTrue(missing == null, missing);
    }
  }

  @Override
  protected Candidate candidate() {
    return Candidate.ofSockets("uring", Engines.uring());
  }
}
