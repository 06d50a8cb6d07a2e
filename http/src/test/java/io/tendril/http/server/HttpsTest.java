package io.tendril.http.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectFailed;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.TcpClientEndpoint;
import io.tendril.core.endpoint.TlsClientEndpoint;
import io.tendril.core.tls.CertificateAuthority;
import io.tendril.core.tls.ClientCertificates;
import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsIdentity;
import io.tendril.core.tls.TlsKeys;
import io.tendril.core.tls.TlsOptions;
import io.tendril.http.Body;
import io.tendril.http.Response;
import io.tendril.testing.Program;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTPS with programs that people use, as clients and as servers. */
@Tag("interop")
class HttpsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final HttpHandler HELLO = request -> Response.plain("hello " + request.target());

  @TempDir Path directory;

  private final CertificateAuthority authority = CertificateAuthority.create("test", Instant.now());
  private final TlsIdentity site = authority.issue("localhost", "127.0.0.1");
  private final List<X509Certificate> trusted = List.of(authority.certificate());
  private Path ca;

  /** The site's certificates, and behind them its key. */
  private Path both;

  @BeforeEach
  void writeFiles() throws IOException {
    ca = Files.writeString(directory.resolve("ca.pem"), Pem.write(authority.certificate()));
    both =
        Files.writeString(
            directory.resolve("site.pem"), Pem.write(site.chain()) + Pem.write(site.key()));
  }

  private LiveServer serve() throws Exception {
    return LiveServer.of(HELLO, TlsOptions.server(site));
  }

  // ---- Clients --------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"1.2", "1.3"})
  void servesCurl(String version) throws Exception {
    try (var server = serve()) {
      assertThat(
              Program.named("curl")
                  .run(
                      "-sS",
                      "--cacert",
                      "" + ca,
                      "--tlsv" + version,
                      "--tls-max",
                      version,
                      "-w",
                      " %{num_connects} ",
                      "https://localhost:" + server.port + "/[1-3]")
                  .succeeded())
          .isEqualTo("hello /1 1 hello /2 0 hello /3 0 ");
    }
  }

  @Test
  void curlDoesNotTrustAStranger() throws Exception {
    try (var server = serve()) {
      var refused = Program.named("curl").run("-sS", "https://localhost:" + server.port);
      assertThat(refused.status()).isEqualTo(60);
    }
  }

  @Test
  void curlIsToldInTheClearThatThePortSpeaksHttps() throws Exception {
    try (var server = serve()) {
      assertThat(
              Program.named("curl")
                  .run("-sS", "-w", " %{http_code}", "http://localhost:" + server.port)
                  .succeeded())
          .isEqualTo("400 Bad Request: this port speaks HTTPS, and not HTTP\n 400");
    }
  }

  @Test
  void servesGnutls() throws Exception {
    Path request =
        Files.writeString(
            directory.resolve("request"),
            "GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    try (var server = serve()) {
      assertThat(
              Program.named("gnutls-cli")
                  .reading(request)
                  .run("--x509cafile", "" + ca, "-p", "" + server.port, "localhost")
                  .succeeded())
          .contains("The certificate is trusted", "hello /a");
    }
  }

  @Test
  void sslscanFindsNothingOld() throws Exception {
    try (var server = serve()) {
      String report =
          Program.named("sslscan")
              .run("--no-colour", "--sni-name=localhost", "127.0.0.1:" + server.port)
              .succeeded();
      for (String old : List.of("SSLv2  ", "SSLv3  ", "TLSv1.0", "TLSv1.1")) {
        assertThat(report).contains(old + "   disabled");
      }
      assertThat(report)
          .contains("TLSv1.2   enabled", "TLSv1.3   enabled", "renegotiation not supported")
          .contains("TLSv1.2 not vulnerable to heartbleed");
      assertThat(report.lines().filter(line -> line.matches("(Preferred|Accepted) .*")))
          .isNotEmpty()
          .allMatch(line -> line.matches(".*(GCM|CHACHA20).*"));
    }
  }

  @Test
  void showsAPageInChromium() throws Exception {
    String page = "<!doctype html><title>no</title><script>document.title = location</script>";
    byte[] key =
        MessageDigest.getInstance("SHA-256").digest(site.certificate().getPublicKey().getEncoded());
    HttpHandler pages =
        _ -> Response.of(200).with("Content-Type", "text/html").withBody(Body.of(page));
    try (var server = LiveServer.of(pages, TlsOptions.server(site))) {
      String url = "https://localhost:" + server.port + "/";
      assertThat(
              Program.named("chromium")
                  .in(directory)
                  .run(
                      "--headless",
                      "--no-sandbox",
                      "--disable-gpu",
                      "--no-first-run",
                      "--disable-background-networking",
                      "--user-data-dir=" + directory.resolve("profile"),
                      "--ignore-certificate-errors-spki-list="
                          + Base64.getEncoder().encodeToString(key),
                      "--timeout=60000",
                      "--dump-dom",
                      url)
                  .succeeded())
          .contains("<title>" + url + "</title>");
    }
  }

  // ---- Mutual TLS, with others as clients -----------------------------------------------------

  private LiveServer serveWhomItKnows() throws Exception {
    return LiveServer.of(
        HELLO, TlsOptions.server(TlsKeys.of(site), ClientCertificates.REQUIRED, trusted));
  }

  private void asksThrough(RealServers.Listening proxy, String answer) throws Exception {
    try (proxy) {
      assertThat(Program.named("curl").run("-sS", "http://127.0.0.1:" + proxy.port() + "/a").all())
          .contains(answer);
    }
  }

  private RealServers.Listening nginxTo(int server, String more) throws Exception {
    return RealServers.nginx(
        directory,
        """
        server {
          listen 127.0.0.1:PORT;
          location / {
            proxy_pass https://127.0.0.1:SERVER;
            proxy_ssl_name localhost;
            proxy_ssl_server_name on;
            proxy_ssl_verify on;
            proxy_ssl_trusted_certificate CA;
            proxy_ssl_protocols TLSv1.2 TLSv1.3;
            MORE
          }
        }
        """
            .replace("SERVER", "" + server)
            .replace("CA", "" + ca)
            .replace("MORE", more));
  }

  @Test
  void asksNginxWhoItIs() throws Exception {
    try (var server = serveWhomItKnows()) {
      String known = "proxy_ssl_certificate " + both + "; proxy_ssl_certificate_key " + both + ";";
      asksThrough(nginxTo(server.port, known), "hello /a");
      asksThrough(nginxTo(server.port, ""), "502");
    }
  }

  private RealServers.Listening haproxyTo(int server, String more) throws Exception {
    return RealServers.haproxy(
        directory,
        """
        frontend front
          bind 127.0.0.1:PORT
          default_backend back
        backend back
          server tendril 127.0.0.1:SERVER ssl verify required ca-file CA sni str(localhost) MORE
        """
            .replace("SERVER", "" + server)
            .replace("CA", "" + ca)
            .replace("MORE", more));
  }

  @Test
  void asksHaproxyWhoItIs() throws Exception {
    try (var server = serveWhomItKnows()) {
      asksThrough(haproxyTo(server.port, "crt " + both), "hello /a");
      asksThrough(haproxyTo(server.port, ""), "50");
    }
  }

  // ---- Mutual TLS, with others as servers -----------------------------------------------------

  /** What a server says to one request of this side. */
  private String ask(int port, TlsOptions options) throws Exception {
    return Reactor.runUntil(reactor ->
        TlsClientEndpoint.over(TcpClientEndpoint.to("127.0.0.1", port), options)
            .connect(reactor, Asking::new)
            .thenCompose(Asking::answer)
            .orTimeout(PATIENCE));
  }

  private static final class Asking implements Protocol {
    private final Transport transport;
    private final Promise<String> answer;
    private final StringBuilder heard = new StringBuilder();

    Asking(Transport transport) {
      this.transport = transport;
      this.answer = transport.reactor().promise();
    }

    Deferred<String> answer() {
      return answer.deferred();
    }

    @Override
    public void connectionMade() {
      transport.write("GET / HTTP/1.0\r\nHost: localhost\r\n\r\n");
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      heard.append(US_ASCII.decode(data));
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      answer.succeed(heard.toString());
    }
  }

  private TlsOptions known() {
    return TlsOptions.client("localhost", trusted, authority.issue("somebody"));
  }

  private TlsOptions unknown() {
    return TlsOptions.client("localhost", trusted);
  }

  @Test
  void saysToNginxWhoThisIs() throws Exception {
    try (var nginx =
        RealServers.nginx(
            directory,
            """
            server {
              listen 127.0.0.1:PORT ssl;
              ssl_protocols TLSv1.2 TLSv1.3;
              ssl_certificate BOTH;
              ssl_certificate_key BOTH;
              ssl_client_certificate CA;
              ssl_verify_client on;
              location / { return 200 "known: $ssl_client_verify"; }
            }
            """
                .replace("BOTH", "" + both)
                .replace("CA", "" + ca))) {
      assertThat(ask(nginx.port(), known())).endsWith("known: SUCCESS");
      assertThat(ask(nginx.port(), unknown())).contains("400 Bad Request");
    }
  }

  @Test
  void saysToHaproxyWhoThisIs() throws Exception {
    try (var haproxy =
        RealServers.haproxy(
            directory,
            """
            frontend front
              bind 127.0.0.1:PORT ssl crt BOTH ca-file CA verify required
              http-request return status 200 content-type text/plain lf-string "known %[ssl_c_used]"
            """
                .replace("BOTH", "" + both)
                .replace("CA", "" + ca))) {
      assertThat(ask(haproxy.port(), known())).endsWith("known 1");
      // In TLS 1.3 a client learns that it is refused when it has finished its own handshake.
      assertThat(ask(haproxy.port(), unknown())).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void asksOpenssl(String version) throws Exception {
    int port = RealServers.freePort();
    try (var openssl =
        RealServers.listening(
            Program.named("openssl")
                .start(
                    "s_server",
                    "-accept",
                    "127.0.0.1:" + port,
                    "-cert",
                    "" + both,
                    "-www",
                    version),
            port)) {
      assertThat(ask(openssl.port(), unknown()))
          .startsWith("HTTP/1.0 200 ok")
          .contains("TLSv" + version.substring(4).replace('_', '.'));
      assertThatThrownBy(() -> ask(port, TlsOptions.client("elsewhere.test", trusted)))
          .isInstanceOf(ConnectFailed.HandshakeFailed.class)
          .hasMessageContaining("elsewhere.test");
    }
  }
}
