package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.tendril.spi.Engines;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(strings = {"JDK", "BoringSSL"})
class TlsOverNioConformanceTest extends StreamsOverTls {
  private final String engine;

  TlsOverNioConformanceTest(String engine) {
    super(engine, 1);
    this.engine = engine;
  }

  @Override
  Candidate below() {
    return Candidate.ofSockets("nio", Engines.nio());
  }

  /** BoringSSL sends no alert between its part of a handshake and the peer's. */
  @Override
  @ParameterizedTest
  @EnumSource
  public void t2FromAnyCallback(Callback callback) {
    assumeFalse(
        callback == Callback.CONNECTION_MADE && engine.equals("BoringSSL"),
        "the handshake is not over in connectionMade");
    super.t2FromAnyCallback(callback);
  }
}
