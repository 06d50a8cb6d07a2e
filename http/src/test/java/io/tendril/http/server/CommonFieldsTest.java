package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import io.tendril.core.tls.CertificateAuthority;
import io.tendril.core.tls.TlsOptions;
import io.tendril.http.Body;
import io.tendril.http.Headers;
import io.tendril.http.HttpFailure;
import io.tendril.http.Reply;
import io.tendril.http.Request;
import io.tendril.http.Response;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields that are in every response of a server, whoever makes it. */
class CommonFieldsTest {
  private static final Headers FIELDS = Headers.of("X-One", "1", "X-Many", "a", "X-Many", "b");
  private static final Response PREPARED = Response.plain("prepared").prepare();

  private static Reply handle(Request request) {
    return switch (request.path()) {
      case "/prepared" -> PREPARED;
      case "/plain" -> Response.plain("plain");
      case "/own" -> Response.plain("own").with("X-One", "of its own").with("X-Two", "2");
      case "/own-prepared" -> Response.plain("own").with("X-One", "of its own").prepare();
      case "/thrown" -> throw new IllegalStateException("a handler that throws");
      case "/failure" -> throw new HttpFailure(409, "no");
      case "/later" -> Reply.when(Deferred.failed(new IllegalStateException("and one that fails")));
      case "/upgrade" -> Reply.upgrade("lines", Headers.of("X-One", "own"), Discarding::new);
      case "/stream" -> Response.plain("").withBody(Body.written(_ -> Deferred.done()));
      case "/stream-fails" ->
          Response.plain("")
              .withBody(Body.written(_ -> Deferred.failed(new IllegalStateException("no"))));
      default -> Response.failure(404);
    };
  }

  private static HttpServer server() {
    return HttpServer.of(CommonFieldsTest::handle).withFields(FIELDS);
  }

  private static void assertThatAllAreThere(String response) {
    assertThat(response).containsOnlyOnce("X-One: ").contains("\r\nX-One: 1\r\n");
    assertThat(response).contains("\r\nX-Many: a\r\nX-Many: b\r\n");
  }

  /** A protocol that nothing is said in. */
  private record Discarding(Transport transport) implements Protocol {
    @Override
    public void dataReceived(ByteBuffer data) {
      data.position(data.limit());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/prepared, 200", "/plain, 200", "/own, 200", "/own-prepared, 200", "/stream, 200",
    "/none, 404", "/thrown, 500", "/failure, 409", "/later, 500", "/stream-fails, 500",
  })
  void handlersHaveThemAndThoseThatFail(String target, int status) {
    var server = VirtualServer.of(server());
    if (status == 500) {
      server.network.clock().expectFailure(IllegalStateException.class);
    }
    String response = server.get(target);
    assertThat(response).startsWith("HTTP/1.1 " + status + " ");
    assertThatAllAreThere(response);
  }

  @Test
  void aConnectionThatStaysHasThemEachTime() {
    var client = VirtualServer.of(server()).connect();
    String one = "GET /own-prepared HTTP/1.1\r\nHost: h\r\n\r\n";
    client.send(one);
    client.send("GET /prepared HTTP/1.1\r\nHost: h\r\n\r\n");
    String[] responses = client.received().split("(?<!^)(?=HTTP/1.1 200)", -1);
    assertThat(responses).hasSize(2);
    assertThatAllAreThere(responses[0]);
    assertThatAllAreThere(responses[1]);
  }

  @Test
  void whatAResponseHasBesideThemStays() {
    assertThat(VirtualServer.of(server()).get("/own")).contains("\r\nX-Two: 2\r\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET / HTTP/1.1\\r\\n\\r\\n | 400",
        "nonsense\\r\\n\\r\\n | 400",
        "CONNECT h:1 HTTP/1.1\\r\\nHost: h:1\\r\\n\\r\\n | 501",
        "GET / HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: 5\\r\\nContent-Length: 6\\r\\n\\r\\n | 400",
      })
  void whatIsNoRequestIsAnsweredWithThem(String octets, int status) {
    var client = VirtualServer.of(server()).connect();
    client.send(octets.replace("\\r", "\r").replace("\\n", "\n"));
    assertThat(client.received()).startsWith("HTTP/1.1 " + status + " ");
    assertThatAllAreThere(client.received());
  }

  @Test
  void aHeadThatIsTooLongIsAnsweredWithThem() {
    var client = VirtualServer.of(server()).connect();
    client.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");
    assertThat(client.received()).startsWith("HTTP/1.1 431 ");
    assertThatAllAreThere(client.received());
  }

  @Test
  void aHeadThatIsTooSlowIsAnsweredWithThem() {
    var server = VirtualServer.of(server());
    var client = server.connect();
    client.send("GET / HTTP/1.1\r\n");
    server.pass(Duration.ofMinutes(1));
    assertThat(client.received()).startsWith("HTTP/1.1 408 ");
    assertThatAllAreThere(client.received());
  }

  @Test
  void anotherProtocolBeginsWithThem() {
    String response =
        VirtualServer.of(server())
            .request("GET", "/upgrade", "Connection: upgrade", "Upgrade: lines");
    assertThat(response).startsWith("HTTP/1.1 101 ");
    assertThatAllAreThere(response);
  }

  @Test
  void aPortOfHttpsAnswersWithThem() {
    assertThatAllAreThere(server().answerInTheClear());
    assertThat(server().answerInTheClear())
        .startsWith("HTTP/1.1 400 Bad Request\r\n")
        .containsOnlyOnce("Content-Type: text/plain; charset=utf-8\r\n")
        .endsWith("\r\n\r\n400 Bad Request: this port speaks HTTPS, and not HTTP\n");
    var typed =
        HttpServer.of(CommonFieldsTest::handle).withFields(Headers.of("content-type", "a/b"));
    assertThat(typed.answerInTheClear().toLowerCase(Locale.ROOT)).containsOnlyOnce("content-type");
  }

  @Test
  void whatIsTooLongToBeSaidInTheClearIsSaidWithoutThem() {
    HttpServer server = server().withFields(Headers.of("X-Long", "x".repeat(4_000)));
    assertThat(server.answerInTheClear()).doesNotContain("X-Long").contains("Content-Type: ");
  }

  // ---- Over TLS -------------------------------------------------------------------------------

  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("the test authority", Instant.now());

  private static String overTls(HttpServer server, String octets) {
    var secure = VirtualServer.secure(server, TlsOptions.server(AUTHORITY.issue("server.test")));
    if (octets.contains("/thrown")) {
      secure.network.clock().expectFailure(IllegalStateException.class);
    }
    var client = secure.connect();
    client.secure(TlsOptions.client("server.test", List.of(AUTHORITY.certificate())));
    client.send(octets);
    secure.pass(Duration.ofSeconds(1));
    return client.received();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/plain HTTP/1.1\r\nHost: h", "/thrown HTTP/1.1\r\nHost: h", "/plain HTTP/1.1"})
  void strictTransportIsAskedForInEachResponseOverTls(String request) {
    HttpServer server = server().withFieldsOverTls(Https.strict(Duration.ofDays(1)));
    String octets = "GET " + request + "\r\n\r\n";
    String response = overTls(server, octets);
    assertThat(response).contains("\r\nStrict-Transport-Security: max-age=86400\r\n");
    assertThatAllAreThere(response);
    var clear = VirtualServer.of(server);
    clear.network.clock().expectFailure(IllegalStateException.class); // perhaps
    var client = clear.connect();
    client.send(octets);
    assertThat(client.received()).startsWith("HTTP/1.1 ").doesNotContain("Strict-Transport");
    assertThatAllAreThere(client.received());
  }

  @Test
  void thoseOverTlsTakeThePlaceOfThoseEverywhere() {
    HttpServer server = server().withFieldsOverTls(Headers.of("x-one", "over TLS"));
    String response = overTls(server, "GET /plain HTTP/1.1\r\nHost: h\r\n\r\n");
    assertThat(response).contains("x-one: over TLS").contains("X-Many: b").doesNotContain("X-One");
  }

  // ---- What cannot be -------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"Date", "server", "Connection", "content-length", "Transfer-Encoding"})
  void whatTheServerWritesItselfIsRefused(String name) {
    HttpServer server = server();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.withFields(Headers.of(name, "1")))
        .withMessage("the server itself writes " + name);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.withFieldsOverTls(Headers.of(name, "1")));
  }
}
