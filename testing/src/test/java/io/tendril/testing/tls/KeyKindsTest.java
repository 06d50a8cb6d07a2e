package io.tendril.testing.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.core.tls.ClientCertificates;
import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsIdentity;
import io.tendril.core.tls.TlsKeys;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import io.tendril.spi.TlsEngine;
import io.tendril.testing.Program;
import io.tendril.testing.TestClock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Handshakes with keys of each kind, which OpenSSL has made, in both versions and on both sides.
 */
@Tag("interop")
@ParameterizedClass
@ValueSource(strings = {"JDK", "BoringSSL"})
class KeyKindsTest {
  /** Kinds of keys, and how OpenSSL is told to make one. */
  enum Kind {
    RSA("rsa:2048"),
    RSA_PSS("rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"),
    P256("ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
    P384("ec", "-pkeyopt", "ec_paramgen_curve:P-384"),
    P521("ec", "-pkeyopt", "ec_paramgen_curve:P-521"),
    ED25519("ed25519");

    private final String[] arguments;

    Kind(String... arguments) {
      this.arguments = arguments;
    }
  }

  private static final List<String> VERSIONS = List.of("TLSv1.2", "TLSv1.3");

  private static final String CONFIGURATION =
      """
      [req]
      distinguished_name = name
      x509_extensions = extensions
      prompt = no
      [name]
      CN = server.test
      [extensions]
      subjectAltName = DNS:server.test
      keyUsage = critical, digitalSignature
      basicConstraints = critical, CA:FALSE
      """;

  @TempDir private static Path directory;
  private static final Map<Kind, TlsIdentity> MADE = new EnumMap<>(Kind.class);

  private final Certificates certificates;

  KeyKindsTest(String engine) {
    certificates = Certificates.on(engine);
  }

  @BeforeAll
  static void make() throws IOException, InterruptedException {
    Program openssl = Program.named("openssl").in(directory);
    Files.writeString(directory.resolve("configuration"), CONFIGURATION);
    for (Kind kind : Kind.values()) {
      var arguments = new ArrayList<>(List.of("req", "-x509", "-config", "configuration"));
      arguments.addAll(List.of("-nodes", "-keyout", "key", "-out", "certificate", "-newkey"));
      arguments.addAll(List.of(kind.arguments));
      openssl.run(arguments.toArray(String[]::new)).succeeded();
      MADE.put(
          kind,
          Pem.identity(
              Files.readString(directory.resolve("certificate")),
              Files.readString(directory.resolve("key"))));
    }
  }

  /** BoringSSL reads no keys that are for RSASSA-PSS alone. */
  private boolean shows(Kind kind) {
    return certificates.isJdk() || kind != Kind.RSA_PSS;
  }

  /** BoringSSL leaves the rest out of what it offers, and that cannot be changed. */
  private boolean believes(Kind kind) {
    return certificates.isJdk() || EnumSet.of(Kind.RSA, Kind.P256, Kind.P384).contains(kind);
  }

  @ParameterizedTest
  @EnumSource
  void aServerShowsOne(Kind kind) {
    for (String version : VERSIONS) {
      Wire wire = wire(MADE.get(kind));
      RawPeer peer = RawPeer.client(version);
      shake(wire, wire.server, wire.serverPlug, peer);
      assertThat(wire.server.isUp() && peer.isUp()).as(version).isEqualTo(shows(kind));
      if (!shows(kind)) {
        assertThat(wire.server.failure)
            .hasMessageContaining("does not take this kind of private key");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientBelievesOne(Kind kind) {
    for (String version : VERSIONS) {
      Wire wire = wire(MADE.get(kind));
      RawPeer peer = RawPeer.serverAs(MADE.get(kind), version);
      shake(wire, wire.client, wire.clientPlug, peer);
      assertThat(wire.client.isUp() && peer.isUp()).as(version).isEqualTo(believes(kind));
      assertThat(wire.client.failure == null).as(version).isEqualTo(believes(kind));
    }
  }

  private Wire wire(TlsIdentity identity) {
    List<X509Certificate> trusted = List.of(identity.certificate());
    return new Wire(
        certificates.on(TlsOptions.client("server.test", trusted, identity)),
        certificates.on(
            TlsOptions.server(TlsKeys.of(identity), ClientCertificates.WANTED, trusted)));
  }

  private static void shake(Wire wire, Wire.End end, Wire.Plug plug, RawPeer peer) {
    end.socket.begin();
    byte[] toUs = {};
    for (int turns = 0; turns < 20; turns++) {
      plug.arrive(toUs, toUs.length);
      wire.settle();
      plug.tell();
      wire.settle();
      byte[] sent = plug.sent.toByteArray();
      plug.sent.reset();
      toUs = peer.exchange(sent);
    }
  }

  /** What no engine is named for, gets one that takes its keys. */
  @ParameterizedTest
  @EnumSource
  void anEngineThatTakesItIsChosen(Kind kind) {
    assumeTrue(!certificates.isJdk(), "it is always there");
    TlsIdentity identity = MADE.get(kind);
    List<X509Certificate> itself = List.of(identity.certificate());
    assertThat(chosen(TlsOptions.server(identity))).isEqualTo(shows(kind) ? "BoringSSL" : "JDK");
    assertThat(chosen(TlsOptions.server(TlsKeys.byName(List.of(MADE.get(Kind.RSA), identity)))))
        .isEqualTo(shows(kind) ? "BoringSSL" : "JDK");
    assertThat(chosen(TlsOptions.client("server.test", itself)))
        .isEqualTo(believes(kind) ? "BoringSSL" : "JDK");
    assertThat(
            chosen(
                TlsOptions.server(
                    TlsKeys.of(MADE.get(Kind.P256)), ClientCertificates.WANTED, itself)))
        .isEqualTo(believes(kind) ? "BoringSSL" : "JDK");
  }

  private static String chosen(TlsOptions options) {
    TlsEngine engine = options.engines().create(options, new InetSocketAddress(1), new TestClock());
    engine.close();
    return engine.name();
  }

  @ParameterizedTest
  @EnumSource
  void bothSidesShowOne(Kind kind) {
    assumeTrue(believes(kind), "it does not believe itself");
    TlsIdentity identity = MADE.get(kind);
    Wire wire = wire(identity);
    wire.begin();
    wire.pump(Integer.MAX_VALUE);
    assertThat(wire.client.failure).isNull();
    assertThat(wire.server.failure).isNull();
    for (Wire.End end : List.of(wire.client, wire.server)) {
      var session = (TlsSession) end.socket.capability(TlsSession.class);
      assertThat(session.version()).isEqualTo("TLSv1.3");
      assertThat(session.peerCertificates()).containsExactly(identity.certificate());
    }
  }
}
