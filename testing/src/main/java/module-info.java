/// Tools for testing protocols and programs: clocks, transports, the JUnit extension, conformance suites.
module io.tendril.testing {
  requires transitive io.tendril.core;
  requires static transitive com.google.errorprone.annotations;
  requires static transitive org.jspecify;
  requires transitive org.junit.jupiter.api;

  exports io.tendril.testing;
}
