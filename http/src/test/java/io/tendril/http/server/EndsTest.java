package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Reactor;
import io.tendril.core.tls.CertificateAuthority;
import io.tendril.core.tls.TlsOptions;
import io.tendril.http.Body;
import io.tendril.http.Ends;
import io.tendril.http.Reply;
import io.tendril.http.Request;
import io.tendril.http.Response;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a handler learns of the connection that its request came by. */
class EndsTest {
  private static final SocketAddress FAR = InetSocketAddress.createUnresolved("a", 1);
  private static final SocketAddress NEAR = InetSocketAddress.createUnresolved("b", 2);

  @Test
  void tellsWhoAsksAndWhere() {
    List<Request> requests = new ArrayList<>();
    var server =
        VirtualServer.of(request -> {
          requests.add(request);
          return Response.plain(request.peer() + " " + request.local() + " " + request.tls());
        });
    assertThat(server.get("/"))
        .containsPattern("client/10\\.0\\.0\\.2:\\d+ server/10\\.0\\.0\\.1:80 null$");
    server.pass(Duration.ofMinutes(2));
    assertThat(requests.getFirst().peer())
        .as("it is known after the end of the connection, too")
        .hasToString("client/10.0.0.2:49152");
  }

  @Test
  void tellsTheSessionOfTls() {
    var authority = CertificateAuthority.create("the test authority", Instant.now());
    HttpServer server =
        HttpServer.of(
            request -> Response.plain(request.tls() == null ? "none" : request.tls().serverName()));
    var secure = VirtualServer.secure(server, TlsOptions.server(authority.issue("server.test")));
    var client = secure.connect();
    client.secure(TlsOptions.client("server.test", List.of(authority.certificate())));
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    secure.pass(Duration.ofSeconds(1));
    assertThat(client.received()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\nserver.test");
  }

  @Test
  void tellsEachConnectionItsOwn() {
    var server = VirtualServer.of(request -> Response.plain(request.peer().toString()));
    var one = server.connect();
    var other = server.connect();
    one.send("GET / HTTP/1.1\r\n");
    other.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    one.send("Host: h\r\n\r\n");
    assertThat(one.received()).endsWith("10.0.0.2:49152");
    assertThat(other.received()).endsWith("10.0.0.2:49153");
  }

  @Test
  void knowsOnlyALoopbackAddressOfARequestMadeByHand() {
    Request request = Request.get("/");
    assertThat(request.peer()).isEqualTo(new InetSocketAddress("127.0.0.1", 0));
    assertThat(request.local()).isEqualTo(request.peer());
    assertThat(request.tls()).isNull();
  }

  @Test
  void staysWithTheRequestWhateverBecomesOfIt() {
    Request request =
        Request.get("/a/b")
            .withEnds(Ends.of(FAR, NEAR))
            .withParameters("x", "y")
            .below(2)
            .withBody(Body.of("z"));
    assertThat(request.peer()).isEqualTo(FAR);
    assertThat(request.local()).isEqualTo(NEAR);
    assertThat(request.withEnds(Ends.none()).parameter("x")).isEqualTo("y");
  }

  @Test
  void tellsHowLongAnExchangeTook() {
    List<Exchange> exchanges = new ArrayList<>();
    var server =
        VirtualServer.of(
            HttpServer.of(request ->
                    Reply.when(
                        Reactor.current()
                            .after(Duration.ofSeconds(3))
                            .thenApply(_ -> Response.plain("late"))))
                .withLog(exchanges::add));
    var client = server.connect();
    server.pass(Duration.ofSeconds(5));
    client.send("GET / HTTP/1.1\r\n");
    server.pass(Duration.ofSeconds(2));
    client.send("Host: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");
    server.pass(Duration.ofSeconds(10));
    assertThat(exchanges)
        .extracting(Exchange::duration)
        .as("with the head, and without the time in which it waits for its turn")
        .containsExactly(Duration.ofSeconds(5), Duration.ofSeconds(3));
  }
}
