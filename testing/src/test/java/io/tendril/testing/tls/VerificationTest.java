package io.tendril.testing.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.tendril.core.internal.tls.TlsFailure;
import io.tendril.core.tls.CertificateAuthority;
import io.tendril.core.tls.CertificateAuthority.Purpose;
import io.tendril.core.tls.ClientCertificates;
import io.tendril.core.tls.TlsIdentity;
import io.tendril.core.tls.TlsKeys;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsProfile;
import io.tendril.core.tls.TlsSession;
import io.tendril.spi.TlsCapability;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is believed to be whom, and what is said to the others. */
@ParameterizedClass
@ValueSource(strings = {"JDK", "BoringSSL", "stand-in"})
class VerificationTest {
  private static final Instant NOW = Instant.now();
  private static final List<X509Certificate> TRUSTED =
      List.of(Certificates.AUTHORITY.certificate());
  private static final TlsIdentity SERVER = Certificates.AUTHORITY.issue("server.test");

  /** Somebody of the same name as whom is trusted. */
  private static final CertificateAuthority NAMESAKE =
      CertificateAuthority.create("the test authority", NOW);

  private static final String NOT_ACCEPTED = "it does not accept this side's certificate";
  private static final String EXPIRED = "this side's certificate has expired, or is not valid yet";
  private static final String UNKNOWN = "it does not know the issuer of this side's certificate";

  private final Certificates certificates;

  VerificationTest(String engine) {
    certificates = Certificates.on(engine);
  }

  private static Wire shake(TlsOptions client, TlsOptions server) {
    var wire = new Wire(client, server);
    wire.begin();
    wire.pump(Integer.MAX_VALUE);
    return wire;
  }

  /** What a client says of a server that shows this; the server hears a part of it. */
  private String refusal(TlsIdentity shown, String heard) {
    Wire wire = shake(certificates.clientOf("server.test"), certificates.serverAs(shown));
    return refusal(wire.client, wire.server, heard);
  }

  /** What one end says of the other's certificate, and the other hears. */
  private String refusal(Wire.End end, Wire.End other, String heard) {
    // The JDK's engine tells all of them apart by nothing but a certificate_unknown.
    assertThat(other.failure)
        .as("the other side")
        .isInstanceOf(TlsFailure.class)
        .hasMessageStartingWith(
            "the peer refuses: " + (certificates.isJdk() ? NOT_ACCEPTED : heard) + " (alert ");
    assertThat(end.failure)
        .isInstanceOf(TlsFailure.class)
        .hasMessageStartingWith("the peer's certificate is refused: ");
    return end.failure.getMessage();
  }

  private static TlsIdentity issued(Duration from, Duration until, Purpose purpose) {
    return Certificates.AUTHORITY.issue(
        List.of("server.test"), NOW.plus(from), NOW.plus(until), List.of(purpose));
  }

  // ---- Servers --------------------------------------------------------------------------------

  @Test
  void expired() {
    Duration ago = Duration.ofDays(-1);
    assertThat(refusal(issued(ago.multipliedBy(2), ago, Purpose.SERVER), EXPIRED))
        .contains(
            "has expired; its own time ended at " + NOW.plus(ago).toString().substring(0, 10));
  }

  @Test
  void notYetValid() {
    Duration ahead = Duration.ofDays(1);
    assertThat(refusal(issued(ahead, ahead.multipliedBy(2), Purpose.SERVER), EXPIRED))
        .contains("is not valid yet; its own time begins at ");
  }

  @Test
  void forAnotherPurpose() {
    for (Purpose purpose : List.of(Purpose.CLIENT, Purpose.OTHER)) {
      assertThat(refusal(issued(Duration.ZERO, Duration.ofDays(1), purpose), NOT_ACCEPTED))
          .contains("not meant for servers");
    }
  }

  @Test
  void selfSigned() {
    assumeFalse(certificates.isStandIn(), "it speaks with itself only");
    TlsIdentity own = CertificateAuthority.create("server.test", NOW).identity();
    // BoringSSL does not show an authority's certificate as its own: the JDK's engine does.
    Wire wire = shake(certificates.clientOf("server.test"), Certificates.on("JDK").serverAs(own));
    assertThat(wire.client.failure)
        .hasMessageContaining("the peer's certificate is refused")
        .hasMessageContaining(certificates.isJdk() ? "self-signed" : "not meant for signing");
    assertThat(wire.server.failure).hasMessageStartingWith("the peer refuses: ");
  }

  @Test
  void ofAnUnknownIssuer() {
    assertThat(refusal(Certificates.STRANGER.issue("server.test"), UNKNOWN))
        .contains("its issuer is unknown (CN=some other authority)");
    assertThat(refusal(NAMESAKE.issue("server.test"), UNKNOWN))
        .contains("its issuer is unknown (CN=the test authority)");
  }

  @Test
  void withABrokenChain() {
    TlsIdentity leaf = Certificates.AUTHORITY.intermediate("between").issue("server.test");
    assertThat(refusal(new TlsIdentity(leaf.key(), List.of(leaf.certificate())), UNKNOWN))
        .contains("its issuer is unknown (CN=between)");
    Wire whole = shake(certificates.clientOf("server.test"), certificates.serverAs(leaf));
    assertThat(whole.client.isUp()).isTrue();
  }

  @Test
  void underAnotherName() {
    assertThat(
            refusal(Certificates.AUTHORITY.issue("a.test", "*.b.test", "127.0.0.9"), NOT_ACCEPTED))
        .contains("it is not for 'server.test' but for a.test, *.b.test, 127.0.0.9");
  }

  @ParameterizedTest
  @CsvSource({
    "server.test, server.test, true",
    "SERVER.test, server.TEST, true",
    "server.test., server.test, true",
    "a.server.test, *.server.test, true",
    "a.b.server.test, *.server.test, false",
    "server.test, *.server.test, false",
    "server.test, *.test, false",
    "server.test, s*.test, false",
    "127.0.0.1, 127.0.0.1, true",
    "127.0.0.2, 127.0.0.1, false",
    "::1, 0:0:0:0:0:0:0:1, true",
    "bücher.test, xn--bcher-kva.test, true",
  })
  void namesAreCompared(String wanted, String offered, boolean believed) {
    TlsIdentity shown =
        Certificates.AUTHORITY.issue(
            List.of(offered), NOW, NOW.plus(Duration.ofDays(1)), List.of(Purpose.SERVER));
    Wire wire = shake(certificates.clientOf(wanted), certificates.serverAs(shown));
    assertThat(wire.client.isUp()).isEqualTo(believed);
  }

  @Test
  void theNameThatIsAskedForDecidesWhoTheServerIs() {
    var keys =
        TlsKeys.byName(
            List.of(
                Certificates.AUTHORITY.issue("first.test"),
                Certificates.AUTHORITY.issue("*.many.test"),
                SERVER));
    for (String name : List.of("first.test", "a.many.test", "server.test")) {
      Wire wire = shake(certificates.clientOf(name), certificates.on(TlsOptions.server(keys)));
      assertThat(wire.client.isUp()).as(name).isTrue();
      var session = (TlsSession) wire.server.socket.capability(TlsSession.class);
      assertThat(session.serverName()).isEqualTo(name);
    }
    Wire other =
        shake(certificates.clientOf("other.test"), certificates.on(TlsOptions.server(keys)));
    assertThat(other.client.failure).hasMessageContaining("but for first.test");
  }

  // ---- Clients --------------------------------------------------------------------------------

  private TlsOptions asking(ClientCertificates clients) {
    return certificates.on(TlsOptions.server(TlsKeys.of(SERVER), clients, TRUSTED));
  }

  private TlsOptions showing(TlsIdentity identity) {
    return certificates.on(TlsOptions.client("server.test", TRUSTED, identity));
  }

  private static List<X509Certificate> shownTo(Wire.End end) {
    return ((TlsSession) end.socket.capability(TlsSession.class)).peerCertificates();
  }

  @Test
  void aClientThatIsAskedShowsWhoItIs() {
    TlsIdentity me = Certificates.AUTHORITY.issue("client.test");
    for (ClientCertificates clients :
        List.of(ClientCertificates.WANTED, ClientCertificates.REQUIRED)) {
      Wire wire = shake(showing(me), asking(clients));
      assertThat(shownTo(wire.server)).containsExactly(me.certificate());
    }
    Wire unasked = shake(showing(me), certificates.serverAs(SERVER));
    assertThat(shownTo(unasked.server)).isEmpty();
  }

  @Test
  void aClientThatShowsNothingIsRefusedOnlyWhereThatIsRequired() {
    Wire wanted = shake(certificates.clientOf("server.test"), asking(ClientCertificates.WANTED));
    assertThat(shownTo(wanted.server)).isEmpty();
    Wire required =
        shake(certificates.clientOf("server.test"), asking(ClientCertificates.REQUIRED));
    assertThat(required.server.failure).hasMessageContaining("certificate");
    assertThat(required.client.failure)
        .hasMessageContaining("the peer refuses")
        .hasMessageContaining("certificate");
  }

  /** What a server says of a client that shows this, and the client hears. */
  private String refusalOfClient(TlsIdentity shown, String heard) {
    Wire wire = shake(showing(shown), asking(ClientCertificates.REQUIRED));
    return refusal(wire.server, wire.client, heard);
  }

  @Test
  void aClientOfAnUnknownIssuer() {
    // Of the name that the server asks for, as a client would not show anything else.
    assertThat(refusalOfClient(NAMESAKE.issue("client.test"), UNKNOWN))
        .contains("its issuer is unknown (CN=the test authority)");
  }

  @Test
  void aClientThatHasNothingToShow() {
    Wire wire =
        shake(
            showing(Certificates.STRANGER.issue("client.test")),
            asking(ClientCertificates.REQUIRED));
    assertThat(wire.server.failure).hasMessageContaining("certificate");
    assertThat(wire.client.failure).hasMessageContaining("the peer refuses");
  }

  @Test
  void aClientThatHasExpired() {
    Duration ago = Duration.ofDays(-1);
    assertThat(refusalOfClient(issued(ago.multipliedBy(2), ago, Purpose.CLIENT), EXPIRED))
        .contains("has expired; its own time ended at ");
  }

  @Test
  void aClientThatShowsWhatIsForAnotherPurpose() {
    for (Purpose purpose : List.of(Purpose.SERVER, Purpose.OTHER)) {
      TlsIdentity shown = issued(Duration.ZERO, Duration.ofDays(1), purpose);
      assertThat(refusalOfClient(shown, NOT_ACCEPTED)).contains("it is not meant for clients");
    }
  }

  // ---- Profiles -------------------------------------------------------------------------------

  @Test
  void theStrictProfileSpeaksWithTheModernOne() {
    certificates.need(TlsCapability.SUITES);
    Wire wire =
        shake(
            certificates.clientOf("server.test"),
            certificates.serverAs(SERVER).withProfile(TlsProfile.STRICT));
    var session = (TlsSession) wire.client.socket.capability(TlsSession.class);
    assertThat(session.cipherSuite()).isEqualTo("TLS_AES_256_GCM_SHA384");
  }
}
