package io.tendril.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.tls.CertificateAuthority;
import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsIdentity;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `tendril web` and `tendril portforward` with endpoints of TLS.
class WebOverTlsTest {
  private static final String CLEAR = "tcp:0:interface=127.0.0.1";

  @TempDir Path directory;

  private final CertificateAuthority authority = CertificateAuthority.create("test", Instant.now());
  private final TlsIdentity site = authority.issue("localhost", "127.0.0.1");
  private String files;

  @BeforeEach
  void writeFiles() throws Exception {
    Path cert = Files.writeString(directory.resolve("site.pem"), Pem.write(site.chain()));
    Path key = Files.writeString(directory.resolve("site.key"), Pem.write(site.key()));
    Files.writeString(directory.resolve("ca.pem"), Pem.write(authority.certificate()));
    files = ":cert=" + cert + ":key=" + key;
  }

  private String secure() {
    return "tls:0:interface=127.0.0.1" + files;
  }

  private static Running<WebCommand> web(String... arguments) throws Exception {
    return new Running<>(new WebCommand(), WebCommand::start, arguments);
  }

  private static String url(Running<?> running, String scheme) {
    return Pattern.compile(scheme + "://\\S+")
        .matcher(running.out())
        .results()
        .map(found -> found.group())
        .findFirst()
        .orElseThrow();
  }

  private HttpResponse<String> get(String url) throws Exception {
    var known = KeyStore.getInstance(KeyStore.getDefaultType());
    known.load(null, null);
    known.setCertificateEntry("ca", authority.certificate());
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(known);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (var client = HttpClient.newBuilder().sslContext(context).build()) {
      var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20)).build();
      return client.send(request, BodyHandlers.ofString());
    }
  }

  @Test
  void servesOverTls() throws Exception {
    Files.writeString(directory.resolve("a.txt"), "hello");
    try (var web = web("--path", "" + directory, "--listen", secure())) {
      assertThat(get(url(web, "https") + "a.txt").body()).isEqualTo("hello");
    }
  }

  @Test
  void saysInTheClearThatThePortSpeaksHttps() throws Exception {
    try (var web = web("--listen", secure())) {
      HttpResponse<String> answer = get(url(web, "https").replace("https:", "http:"));
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("this port speaks HTTPS");
    }
  }

  @Test
  void sendsWhoAsksInTheClearToTls() throws Exception {
    String[] arguments = {"--listen", CLEAR, "--listen", secure(), "--https-only", "--hsts"};
    try (var web = web(arguments)) {
      String place = url(web, "https");
      HttpResponse<String> sent = get(url(web, "http") + "a?b");
      assertThat(sent.statusCode()).isEqualTo(308);
      assertThat(sent.headers().firstValue("Location")).hasValue(place + "a?b");
      assertThat(sent.headers().firstValue("Strict-Transport-Security")).isEmpty();
      HttpResponse<String> served = get(place);
      assertThat(served.statusCode()).isEqualTo(200);
      assertThat(served.headers().firstValue("Strict-Transport-Security"))
          .hasValue("max-age=31536000");
    }
  }

  @Test
  void sendsToAPortThatSomebodyElseHas() throws Exception {
    try (var web = web("--listen", CLEAR, "--https-only=8443", "--hsts=5")) {
      assertThat(get(url(web, "http")).headers().firstValue("Location"))
          .hasValue("https://127.0.0.1:8443/");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--https-only", "--https-only=65536", "--https-only=-1", "--hsts=-1"})
  void refusesWhatCannotBe(String option) {
    assertThatThrownBy(() -> web("--listen", CLEAR, option).close())
        .hasMessageContaining(
            option.substring(0, option.indexOf('=') < 0 ? option.length() : option.indexOf('=')));
  }

  // ---- Forwarding -----------------------------------------------------------------------------

  private static Running<PortForwardCommand> forward(String listen, String to) throws Exception {
    return new Running<>(
        new PortForwardCommand(), PortForwardCommand::start, "--listen", listen, "--to", to);
  }

  private static int port(String url) {
    return URI.create(url).getPort();
  }

  private static int listening(Running<?> running) {
    var found = Pattern.compile("127\\.0\\.0\\.1:(\\d+)").matcher(running.out());
    assertThat(found.find()).as(running.out()).isTrue();
    return Integer.parseInt(found.group(1));
  }

  @Test
  void terminatesTls() throws Exception {
    try (var web = web("--listen", CLEAR);
        var front = forward(secure(), "tcp:127.0.0.1:" + port(url(web, "http")))) {
      assertThat(get("https://localhost:" + listening(front) + "/").statusCode()).isEqualTo(200);
    }
  }

  /// In the clear here, in TLS with a certificate of its own to a server that asks for one.
  @Test
  void originatesTls() throws Exception {
    String trust = ":trust=" + directory.resolve("ca.pem");
    try (var web = web("--listen", secure() + ":clients=required" + trust)) {
      String to = "tls:localhost:" + port(url(web, "https")) + ":connect=127.0.0.1" + trust;
      try (var known = forward(CLEAR, to + files)) {
        String url = "http://127.0.0.1:" + listening(known) + "/";
        assertThat(get(url).statusCode()).isEqualTo(200);
      }
      try (var nobody = forward(CLEAR, to)) {
        String url = "http://127.0.0.1:" + listening(nobody) + "/";
        assertThatThrownBy(() -> get(url)).isInstanceOf(java.io.IOException.class);
      }
    }
  }

  @Test
  void namesAllOfItsOptionsInItsHelp() {
    assertThat(List.of("--https-only", "--hsts"))
        .allMatch(new picocli.CommandLine(new WebCommand()).getUsageMessage()::contains);
  }
}
