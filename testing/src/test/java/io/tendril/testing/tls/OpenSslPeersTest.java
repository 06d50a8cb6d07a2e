package io.tendril.testing.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Listener;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.TcpClientEndpoint;
import io.tendril.core.endpoint.TcpServerEndpoint;
import io.tendril.core.endpoint.TlsClientEndpoint;
import io.tendril.core.endpoint.TlsServerEndpoint;
import io.tendril.core.tls.ClientCertificates;
import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsIdentity;
import io.tendril.core.tls.TlsKeys;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import io.tendril.spi.TlsCapability;
import io.tendril.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each engine with OpenSSL's client and server. */
@Tag("interop")
@ParameterizedClass
@ValueSource(strings = {"JDK", "BoringSSL"})
class OpenSslPeersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern PORT = Pattern.compile("ACCEPT \\S*:(\\d+)");

  private final Certificates certificates;
  private final Reactor reactor = Reactor.create();
  @TempDir private Path directory;

  OpenSslPeersTest(String engine) {
    certificates = Certificates.on(engine);
  }

  @BeforeEach
  void start() throws IOException {
    reactor.start();
    TlsIdentity server = Certificates.AUTHORITY.issue("server.test", "127.0.0.1");
    write("ca.pem", Pem.write(Certificates.AUTHORITY.certificate()));
    write("server.pem", Pem.write(server.chain()) + Pem.write(server.key()));
    TlsIdentity client = Certificates.AUTHORITY.issue("client.test");
    write("client.pem", Pem.write(client.chain()) + Pem.write(client.key()));
    write("question", "what now\n");
  }

  @AfterEach
  void stop() throws Exception {
    reactor.stop();
    reactor.awaitStopped(PATIENCE);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  // ---- Servers --------------------------------------------------------------------------------

  /** Says who asks and what, and ends. */
  private static final ProtocolFactory<Protocol> ANSWER =
      Protocol.onData((transport, data) -> {
        var line = new StringBuilder();
        for (var each : transport.query(TlsSession.class).peerCertificates()) {
          line.append(each.getSubjectX500Principal().getName()).append(" asks ");
        }
        while (data.hasRemaining()) {
          line.append((char) data.get());
        }
        transport.write(line.toString());
        transport.loseConnection();
      });

  /** What s_client prints that asks a server. */
  private String ask(TlsOptions options, String... more) throws Exception {
    Listener listener =
        reactor.blockingCall(
            () ->
                TlsServerEndpoint.over(TcpServerEndpoint.port(0).on("127.0.0.1"), options)
                    .listen(reactor, ANSWER),
            PATIENCE);
    return ask(listener, more);
  }

  private String ask(Listener listener, String... more) throws Exception {
    var arguments = new ArrayList<>(List.of("s_client", "-connect"));
    arguments.add("127.0.0.1:" + listener.port());
    arguments.addAll(List.of("-servername", "server.test", "-CAfile", "ca.pem"));
    arguments.addAll(List.of("-verify_return_error", "-ign_eof"));
    arguments.addAll(List.of(more));
    return Program.named("openssl")
        .in(directory)
        .reading(directory.resolve("question"))
        .run(arguments.toArray(String[]::new))
        .all();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void aServerAnswersInEitherVersion(String version) throws Exception {
    assertThat(ask(certificates.server(), version))
        .contains("Verify return code: 0 (ok)")
        .contains("what now")
        .doesNotContain("error");
  }

  @Test
  void aServerChoosesTheApplicationProtocol() throws Exception {
    TlsOptions options = certificates.server().withApplicationProtocols("h2", "http/1.1");
    assertThat(ask(options, "-alpn", "http/1.1,h2")).contains("ALPN protocol: h2");
    assertThat(ask(options, "-alpn", "imap")).contains("no application protocol");
    assertThat(ask(options)).contains("No ALPN negotiated").contains("what now");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void aServerKnowsItsClients(String version) throws Exception {
    TlsOptions options =
        certificates.on(
            TlsOptions.server(
                TlsKeys.of(Certificates.AUTHORITY.issue("server.test")),
                ClientCertificates.REQUIRED,
                List.of(Certificates.AUTHORITY.certificate())));
    assertThat(ask(options, version, "-cert", "client.pem"))
        .contains("CN=client.test asks ")
        .contains("what now");
    assertThat(ask(options, version)).doesNotContain("asks").contains("alert");
  }

  @Test
  void anOldVersionIsRefusedByItsName() throws Exception {
    assertThat(ask(certificates.server(), "-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"))
        .contains("alert protocol version");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void aServerResumesSessions(String version) throws Exception {
    Listener listener =
        reactor.blockingCall(
            () ->
                TlsServerEndpoint.over(
                        TcpServerEndpoint.port(0).on("127.0.0.1"), certificates.server())
                    .listen(reactor, ANSWER),
            PATIENCE);
    assertThat(ask(listener, version, "-sess_out", "session")).contains("New, TLSv1");
    assertThat(ask(listener, version, "-sess_in", "session"))
        .contains("Reused, TLSv1")
        .contains("what now");
  }

  @Test
  void aServerStaplesWhatItsAuthoritySaysOfIt() throws Exception {
    certificates.need(TlsCapability.OCSP_STAPLING);
    TlsIdentity authority = Certificates.AUTHORITY.identity();
    write("authority.pem", Pem.write(authority.chain()) + Pem.write(authority.key()));
    TlsIdentity identity = Pem.identity(text("server.pem"), text("server.pem"));
    String serial = identity.certificate().getSerialNumber().toString(16).toUpperCase(Locale.ROOT);
    String padded = serial.length() % 2 == 0 ? serial : "0" + serial;
    write("index.txt", "V\t401231235959Z\t\t" + padded + "\tunknown\t/CN=server.test\n");
    Program openssl = Program.named("openssl").in(directory);
    openssl.run("ocsp", "-issuer", "ca.pem", "-cert", "server.pem", "-reqout", "request");
    openssl.run(
        "ocsp",
        "-index",
        "index.txt",
        "-CA",
        "ca.pem",
        "-rsigner",
        "authority.pem",
        "-reqin",
        "request",
        "-respout",
        "response",
        "-ndays",
        "1");
    byte[] response = Files.readAllBytes(directory.resolve("response"));
    TlsOptions options =
        certificates.on(TlsOptions.server(TlsKeys.of(identity).stapling(each -> response)));
    for (String version : List.of("-tls1_2", "-tls1_3")) {
      assertThat(ask(options, version, "-status"))
          .contains("OCSP Response Status: successful")
          .contains("Cert Status: good");
    }
    assertThat(ask(certificates.server(), "-status")).contains("OCSP response: no response sent");
  }

  // ---- Clients --------------------------------------------------------------------------------

  /** Sends a line, and keeps what comes until the end. */
  private static final class Asking extends Talker {
    private final Promise<String> all;

    Asking(Transport transport) {
      super(transport, null);
      all = transport.reactor().promise();
    }

    @Override
    public void connectionMade() {
      transport.write("GET / HTTP/1.0\r\n\r\n");
    }

    @Override
    public boolean endReceived() {
      all.succeed(text());
      return false;
    }
  }

  /** What s_server's page says of a client that asks for it. */
  private String page(TlsOptions client, String... more) throws Exception {
    var arguments = new ArrayList<>(List.of("s_server", "-accept", "127.0.0.1:0", "-www"));
    arguments.addAll(List.of("-cert", "server.pem", "-CAfile", "ca.pem"));
    arguments.addAll(List.of(more));
    try (var server =
        Program.named("openssl").in(directory).start(arguments.toArray(String[]::new))) {
      server.await("said its port", () -> PORT.matcher(server.output()).find());
      Matcher port = PORT.matcher(server.output());
      assertThat(port.find()).isTrue();
      var endpoint =
          TlsClientEndpoint.over(
              TcpClientEndpoint.to("127.0.0.1", Integer.parseInt(port.group(1))), client);
      return reactor.blockingCall(
          () -> endpoint.connect(reactor, Asking::new).thenCompose(asking -> asking.all.deferred()),
          PATIENCE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void aClientAsksInEitherVersion(String version) throws Exception {
    assertThat(page(certificates.client(), version))
        .contains(version.equals("-tls1_2") ? "TLSv1.2" : "TLSv1.3")
        .contains("</HTML>");
  }

  @Test
  void aClientSaysWhoItIs() throws Exception {
    TlsIdentity me = Pem.identity(text("client.pem"), text("client.pem"));
    TlsOptions options =
        certificates.on(
            TlsOptions.client("server.test", List.of(Certificates.AUTHORITY.certificate()), me));
    assertThat(page(options, "-Verify", "1")).contains("client.test");
  }

  private String text(String name) throws IOException {
    return Files.readString(directory.resolve(name));
  }
}
