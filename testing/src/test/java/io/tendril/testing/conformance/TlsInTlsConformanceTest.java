package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.tendril.testing.MemoryHost;
import io.tendril.testing.MemoryNetwork;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS in TLS, in memory. */
@ParameterizedClass
@ValueSource(strings = {"JDK", "BoringSSL", "stand-in"})
class TlsInTlsConformanceTest extends StreamsOverTls {
  TlsInTlsConformanceTest(String engine) {
    super(engine, 2);
  }

  @Override
  Candidate below() {
    MemoryHost host = new MemoryNetwork().host("here");
    return Candidate.of("memory", host.engine(), host.engine());
  }

  /**
   * Before its handshake is done, an inner connection has no end that its peer would understand.
   */
  @Override
  @ParameterizedTest
  @EnumSource
  public void t2FromAnyCallback(Callback callback) {
    assumeFalse(
        callback == Callback.CONNECTION_MADE, "the handshake has not begun in connectionMade");
    super.t2FromAnyCallback(callback);
  }
}
