/// Tools for testing protocols and programs: clocks, transports, the JUnit extension, conformance
/// suites.
module io.tendril.testing {
  requires transitive io.tendril.core;
  requires static transitive com.google.errorprone.annotations;
  requires static transitive org.jspecify;
  requires transitive org.junit.jupiter.api;
  requires org.junit.jupiter.params;

  exports io.tendril.testing;
  exports io.tendril.testing.conformance;

  provides io.tendril.spi.TlsEngineProvider with
      io.tendril.testing.StandInTls;

  opens io.tendril.testing.conformance to
      org.junit.platform.commons;
}
