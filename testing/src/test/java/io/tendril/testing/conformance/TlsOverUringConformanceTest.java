package io.tendril.testing.conformance;

import io.tendril.spi.Engines;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A layer over sockets that collect what is sent. */
@EnabledOnOs(OS.LINUX)
class TlsOverUringConformanceTest extends StreamsOverTls {
  TlsOverUringConformanceTest() {
    super("JDK", 1);
  }

  @BeforeAll
  static void skipWhereThereIsNone() {
    UringConformanceTest.skipWhereThereIsNone();
  }

  @Override
  Candidate below() {
    return Candidate.ofSockets("uring", Engines.uring());
  }
}
