package io.tendril.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.tls.CertificateAuthority;
import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsIdentity;
import io.tendril.testing.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertCommandTest {
  @TempDir Path temporary;

  /// What came of a command.
  private record Result(int status, String out, String err) {}

  private Path directory() {
    return temporary.resolve("certificates");
  }

  private static Result run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int status =
        Main.run(new PrintWriter(out), new PrintWriter(err), List.of(new CertCommand()), arguments);
    return new Result(status, out.toString(), err.toString());
  }

  private Result cert(String... names) {
    return run(
        Stream.concat(Stream.of("cert", "--dir", "" + directory()), Stream.of(names))
            .toArray(String[]::new));
  }

  private String made(String... names) {
    Result result = cert(names);
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    return result.out();
  }

  private void assertFails(Result result, int status, String... words) {
    assertThat(result.status()).isEqualTo(status);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("tendril cert: ").contains(words).hasLineCount(1);
  }

  private String read(String name) throws IOException {
    return Files.readString(directory().resolve(name));
  }

  private TlsIdentity identity(String name) throws IOException {
    return Pem.identity(read(name + ".pem"), read(name + ".key"));
  }

  private List<String> files() throws IOException {
    try (var all = Files.list(directory())) {
      return all.map(path -> "" + path.getFileName()).sorted().toList();
    }
  }

  @Test
  void makesAnAuthorityOnceAndACertificateForTheNames() throws Exception {
    String first = made("localhost", "127.0.0.1", "::1", "*.localhost.test");
    assertThat(first.lines()).hasSize(2);
    assertThat(first).contains("Made the authority " + directory().resolve("ca.pem"));
    assertThat(first).contains("for localhost, 127.0.0.1, ::1, *.localhost.test, until ");
    String authority = read("ca.pem");
    assertThat(made("other.test").lines()).singleElement().asString().startsWith("Made ");
    assertThat(read("ca.pem")).isEqualTo(authority);
    assertThat(files())
        .containsExactly(
            "ca.key",
            "ca.pem",
            "localhost.key",
            "localhost.pem",
            "other.test.key",
            "other.test.pem");
    X509Certificate leaf = identity("localhost").certificate();
    X509Certificate root = identity("ca").certificate();
    leaf.verify(root.getPublicKey());
    root.verify(root.getPublicKey());
    assertThat(leaf.getSubjectAlternativeNames())
        .extracting(each -> "" + each.get(1))
        .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "*.localhost.test");
    Duration life =
        Duration.between(leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant());
    assertThat(life).isBetween(Duration.ofDays(396), Duration.ofDays(398));
  }

  @Test
  void keysAreTheirOwnersAlone() throws Exception {
    made("localhost");
    made("--force", "localhost");
    for (String name : files()) {
      assertThat(Files.getPosixFilePermissions(directory().resolve(name)))
          .as(name)
          .isEqualTo(
              PosixFilePermissions.fromString(name.endsWith(".key") ? "rw-------" : "rw-r--r--"));
    }
  }

  @Test
  void replacesNothingUnlessItIsToldTo() throws Exception {
    made("localhost");
    String certificate = read("localhost.pem");
    String key = read("localhost.key");
    assertFails(
        cert("localhost"),
        1,
        directory().resolve("localhost.pem") + " is there already; --force replaces it");
    assertThat(read("localhost.pem")).isEqualTo(certificate);
    assertThat(read("localhost.key")).isEqualTo(key);
    Files.delete(directory().resolve("localhost.pem"));
    assertFails(cert("localhost"), 1, "localhost.key is there already");
    assertThat(made("--force", "localhost")).startsWith("Replaced ");
    assertThat(read("localhost.key")).isNotEqualTo(key);
    assertThat(identity("localhost").certificate()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "*.example.test, _wildcard.example.test",
    "EXAMPLE.test, example.test",
    "bücher.test, xn--bcher-kva.test",
    "::1, __1",
    "2001:db8::1, 2001_db8__1",
    "127.0.0.1, 127.0.0.1",
  })
  void filesAreCalledAfterTheFirstName(String name, String file) throws Exception {
    made(name);
    assertThat(files()).contains(file + ".pem", file + ".key");
  }

  @Test
  void aLongNameIsOnlyAnAlternativeName() throws Exception {
    String name = "a".repeat(60) + ".long.test";
    made(name);
    X509Certificate leaf = identity(name).certificate();
    assertThat(leaf.getSubjectX500Principal().getName()).isEmpty();
    assertThat(leaf.getCriticalExtensionOIDs()).contains("2.5.29.17");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a b|'a b' is no part of a host name",
        "``|is no name for a certificate",
        "a..b|'a..b' is no name for a certificate",
        "a-.test|'a-' is no part",
        "../etc/passwd|is no name for a certificate",
        "a/b|is no part of a host name",
        "a_b.test|'a_b' is no part",
        "127.0.0.256|neither an address nor a name",
        "127.1|neither an address nor a name",
        "fe80::1%eth0|a zone",
        "*|a wildcard is a whole label, and the first",
        "*.test|one label behind it",
        "a.*.test|a wildcard is a whole label, and the first",
        "w*.example.test|a wildcard is a whole label, and the first",
        "ca|put another name first",
        "https://example.test|is no part of a host name",
      })
  void refusesWhatIsNoName(String name, String complaint) {
    assertFails(cert(name), 2, complaint);
    assertThat(directory()).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "826", "-1", "x"})
  void refusesLivesThatClientsDoNotBelieve(String days) {
    assertFails(cert("--days", days, "localhost"), 2, days);
  }

  @Test
  void needsADirectoryAndAName() {
    assertFails(run("cert", "localhost"), 2, "--dir");
    assertFails(cert(), 2, "NAME");
  }

  // ---- The authority --------------------------------------------------------------------------

  private void authority(TlsIdentity identity) throws IOException {
    Files.createDirectories(directory());
    Files.writeString(directory().resolve("ca.pem"), Pem.write(identity.chain()));
    Files.writeString(directory().resolve("ca.key"), Pem.write(identity.key()));
  }

  @Test
  void halfAnAuthorityIsNone() throws Exception {
    made("localhost");
    Files.delete(directory().resolve("ca.pem"));
    assertFails(
        cert("other.test"),
        1,
        "there is " + directory().resolve("ca.key") + ", but not " + directory().resolve("ca.pem"));
    assertThat(files()).doesNotContain("other.test.pem");
  }

  @Test
  void anAuthorityThatIsNoneIsNamed() throws Exception {
    authority(CertificateAuthority.create("x", Instant.now()).issue("leaf.test"));
    assertFails(cert("other.test"), 1, "ca.pem: it is no authority's, and can issue nothing");
    Files.writeString(directory().resolve("ca.pem"), "garbage");
    assertFails(cert("other.test"), 1, "ca.pem: no certificate in the PEM text");
    authority(
        CertificateAuthority.create("x", Instant.now().minus(Duration.ofDays(4000))).identity());
    assertFails(cert("other.test"), 1, "ca.pem: the authority has expired at 20");
  }

  @Test
  void aCertificateEndsWithItsAuthority() throws Exception {
    authority(
        CertificateAuthority.create("x", Instant.now().minus(Duration.ofDays(3600))).identity());
    made("localhost");
    assertThat(identity("localhost").certificate().getNotAfter())
        .isEqualTo(identity("ca").certificate().getNotAfter());
  }

  @Test
  void saysThatTheDirectoryCannotBeMade() throws Exception {
    Files.writeString(directory(), "a file");
    assertFails(cert("localhost"), 1, directory() + "");
  }

  // ---- As others see it -----------------------------------------------------------------------

  private String path(String name) {
    return "" + directory().resolve(name);
  }

  @Test
  @Tag("interop")
  void openSslFindsNothingWrong() throws Exception {
    Program openssl = Program.named("openssl");
    made("localhost", "127.0.0.1", "*.many.test");
    for (String purpose : List.of("sslserver", "sslclient")) {
      assertThat(
              openssl
                  .run(
                      "verify",
                      "-x509_strict",
                      "-purpose",
                      purpose,
                      "-verify_hostname",
                      "a.many.test",
                      "-CAfile",
                      path("ca.pem"),
                      path("localhost.pem"))
                  .succeeded())
          .endsWith("localhost.pem: OK\n");
    }
    assertThat(openssl.run("x509", "-noout", "-text", "-in", path("localhost.pem")).succeeded())
        .contains("Digital Signature")
        .contains("TLS Web Server Authentication, TLS Web Client Authentication")
        .contains("DNS:localhost, IP Address:127.0.0.1, DNS:*.many.test")
        .contains("CA:FALSE");
    assertThat(openssl.run("x509", "-noout", "-text", "-in", path("ca.pem")).succeeded())
        .contains("CA:TRUE", "Certificate Sign, CRL Sign", "X509v3 Authority Key Identifier");
    assertThat(openssl.run("pkey", "-noout", "-check", "-in", path("localhost.key")).succeeded())
        .contains("valid");
  }

  @Test
  @Tag("interop")
  void gnuTlsFindsNothingWrong() throws Exception {
    Program certtool = Program.named("certtool");
    made("localhost", "127.0.0.1");
    assertThat(
            certtool
                .run(
                    "--verify",
                    "--load-ca-certificate",
                    path("ca.pem"),
                    "--verify-hostname",
                    "localhost",
                    "--infile",
                    path("localhost.pem"))
                .succeeded())
        .contains("The certificate is trusted");
  }

  /// An authority that OpenSSL made: its name has several parts, its key is of another kind.
  @ParameterizedTest
  @ValueSource(strings = {"rsa:2048", "ed25519", "ec"})
  @Tag("interop")
  void anAuthorityOfSomebodyElseWillDo(String kind) throws Exception {
    Program openssl = Program.named("openssl");
    Files.createDirectories(directory());
    var request = new ArrayList<>(List.of("req", "-x509", "-nodes", "-newkey", kind));
    if (kind.equals("ec")) {
      request.addAll(List.of("-pkeyopt", "ec_paramgen_curve:secp384r1"));
    }
    request.addAll(
        List.of(
            "-subj",
            "/C=AT/O=Others, Inc./CN=Root \\+ \u00e4",
            "-addext",
            "keyUsage=critical,keyCertSign,cRLSign",
            "-utf8",
            "-days",
            "3000",
            "-keyout",
            path("ca.key"),
            "-out",
            path("ca.pem")));
    openssl.run(request.toArray(String[]::new)).succeeded();
    made("localhost");
    assertThat(
            openssl
                .run("verify", "-x509_strict", "-CAfile", path("ca.pem"), path("localhost.pem"))
                .succeeded())
        .endsWith(": OK\n");
  }

  @Test
  @Tag("interop")
  void curlBelievesIt() throws Exception {
    Program curl = Program.named("curl");
    made("localhost", "127.0.0.1");
    made("other.test");
    String endpoint = "tls:0:interface=127.0.0.1:dir=" + directory();
    try (var web = new Running<>(new WebCommand(), WebCommand::start, "--listen", endpoint)) {
      String url = web.lineWith("https://").replaceFirst(".*(https://\\S+)", "$1");
      String port = url.replaceFirst(".*:(\\d+)/", "$1");
      for (String name : List.of("127.0.0.1", "localhost", "other.test")) {
        assertThat(
                curl.run(
                        "-sS",
                        "--max-time",
                        "60",
                        "--cacert",
                        path("ca.pem"),
                        "--resolve",
                        name + ":" + port + ":127.0.0.1",
                        "https://" + name + ":" + port + "/")
                    .succeeded())
            .as(name)
            .contains("It grows.");
      }
    }
  }

  /// The whole way: a command reads its certificates again when it is told to.
  @Test
  @Tag("interop")
  void aCommandReadsItsCertificatesAgainOnHangup() throws Exception {
    Hearing.needHangup();
    Program openssl = Program.named("openssl");
    made("localhost");
    String endpoint =
        "tls:0:interface=127.0.0.1:cert=%s:key=%s:reload=never"
            .formatted(path("localhost.pem"), path("localhost.key"));
    Program java = Program.named(Path.of(System.getProperty("java.home"), "bin", "java") + "");
    try (var web =
        java.start(
            "-cp",
            System.getProperty("java.class.path"),
            "io.tendril.cli.Main",
            "web",
            "--listen",
            endpoint)) {
      web.awaitOutput("https://");
      String port = web.output().replaceFirst("(?s).*https://127.0.0.1:(\\d+)/.*", "$1");
      assertThat(served(openssl, port)).isEqualTo(serial("localhost"));
      made("--force", "localhost");
      String replaced = serial("localhost");
      assertThat(served(openssl, port)).isNotEqualTo(replaced);
      Program.named("kill").run("-HUP", "" + web.process().pid()).succeeded();
      web.awaitOutput("read again, and in force");
      assertThat(served(openssl, port)).isEqualTo(replaced);
      Files.writeString(directory().resolve("localhost.key"), "garbage");
      Program.named("kill").run("-HUP", "" + web.process().pid()).succeeded();
      web.awaitOutput("localhost.key: no private key in the PEM text");
      assertThat(served(openssl, port)).isEqualTo(replaced);
    }
  }

  private String serial(String name) throws IOException {
    return Pem.certificates(read(name + ".pem")).getFirst().getSerialNumber().toString(16);
  }

  /// The serial number of the certificate that is served at a port.
  private String served(Program openssl, String port) throws Exception {
    Path shown = temporary.resolve("shown");
    Files.writeString(shown, openssl.run("s_client", "-connect", "127.0.0.1:" + port).text());
    return Pem.certificates(Files.readString(shown)).getFirst().getSerialNumber().toString(16);
  }
}
