/// Tendril's core: reactors, deferreds, protocols and transports, and what they are made of.
module io.tendril.core {
  requires static transitive com.google.errorprone.annotations;
  requires static transitive org.jspecify;
  requires jdk.net; // keep-alive tuning
  requires jdk.unsupported; // sun.misc.Signal

  exports io.tendril.core;
  exports io.tendril.core.descriptor;
  exports io.tendril.core.endpoint;
  exports io.tendril.core.framing;
  exports io.tendril.core.multicast;
  exports io.tendril.core.policy;
  exports io.tendril.core.process;
  exports io.tendril.core.proxy;
  exports io.tendril.core.systemd;
  exports io.tendril.core.tls;
  exports io.tendril.core.unix;
  exports io.tendril.spi;

  uses io.tendril.core.endpoint.EndpointKind;
  uses io.tendril.spi.TlsEngineProvider;
}
