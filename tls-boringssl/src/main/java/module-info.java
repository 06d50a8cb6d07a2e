/// TLS at the speed of BoringSSL, which runs through netty-tcnative's classes. Its presence is
/// enough: reactors take it where it can be used. It exports nothing.
module io.tendril.tls.boringssl {
  requires io.netty.tcnative.classes.openssl;
  requires io.tendril.core;
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;

  provides io.tendril.spi.TlsEngineProvider with
      io.tendril.tls.boringssl.BoringSsl;
}
