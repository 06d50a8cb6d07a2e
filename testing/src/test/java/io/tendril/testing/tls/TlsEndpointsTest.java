package io.tendril.testing.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectFailed;
import io.tendril.core.Deferred;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.Refusal;
import io.tendril.core.endpoint.BySession;
import io.tendril.core.endpoint.EndpointSyntax;
import io.tendril.core.endpoint.Endpoints;
import io.tendril.core.endpoint.ServerEndpoint;
import io.tendril.core.endpoint.TcpClientEndpoint;
import io.tendril.core.endpoint.TcpServerEndpoint;
import io.tendril.core.endpoint.TlsClientEndpoint;
import io.tendril.core.endpoint.TlsServerEndpoint;
import io.tendril.core.policy.ConnectionLimit;
import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsIdentity;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S1: endpoints, as objects and as strings, over loopback. */
class TlsEndpointsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final TcpServerEndpoint ANY = TcpServerEndpoint.port(0).on("127.0.0.1");

  @TempDir Path directory;

  /** Says who it is to whoever connects, once it is asked who that is. */
  private static ProtocolFactory<Talker> server(String greeting) {
    return transport -> {
      TlsSession agreed = transport.query(TlsSession.class);
      return new Talker(transport, null) {
        @Override
        public void connectionMade() {
          transport.write(greeting + agreed.serverName() + agreed.applicationProtocol());
          transport.loseConnection();
        }
      };
    };
  }

  private static final class Listening extends Talker {
    private final io.tendril.core.Promise<String> all;

    Listening(io.tendril.core.Transport transport) {
      super(transport, null);
      assertThat(transport.has(TlsSession.class)).isTrue();
      all = transport.reactor().promise();
    }

    @Override
    public boolean endReceived() {
      all.succeed(text());
      return false;
    }
  }

  private static Deferred<String> ask(Reactor reactor, TlsClientEndpoint endpoint) {
    return endpoint
        .connect(reactor, Listening::new)
        .thenCompose(protocol -> protocol.all.deferred());
  }

  private static TlsClientEndpoint client(int port, TlsOptions options) {
    return TlsClientEndpoint.over(TcpClientEndpoint.to("127.0.0.1", port), options);
  }

  private static String conversation(TlsOptions server, ProtocolFactory<?> factory, TlsOptions with)
      throws Exception {
    return Reactor.runUntil(reactor ->
        TlsServerEndpoint.over(ANY, server)
            .listen(reactor, factory)
            .thenCompose(listener -> ask(reactor, client(listener.port(), with)))
            .orTimeout(PATIENCE));
  }

  @Test
  void theFactoryKnowsTheSession() throws Exception {
    assertThat(conversation(Certificates.SERVER, server("hello "), Certificates.CLIENT))
        .isEqualTo("hello server.test");
  }

  @Test
  void aHandshakeThatFailsIsNoConnectionToEitherFactory() {
    var asked = new ArrayList<String>();
    ProtocolFactory<Talker> counting =
        transport -> {
          asked.add("asked");
          return new Talker(transport, null);
        };
    assertThatThrownBy(
            () -> conversation(Certificates.SERVER, counting, Certificates.client("other.test")))
        .isInstanceOf(ConnectFailed.HandshakeFailed.class)
        .hasMessageContaining("cannot connect to other.test at 127.0.0.1:")
        .hasMessageContaining("it is not for 'other.test' but for server.test");
    assertThat(asked).isEmpty();
  }

  @Test
  void aHandshakeThatFailsIsReportedAndCounted() throws Exception {
    var events = new ArrayList<ReactorEvent>();
    long failed =
        Reactor.runUntil(reactor -> {
          reactor.observe(events::add);
          return TlsServerEndpoint.over(ANY, Certificates.SERVER)
              .listen(reactor, server("hello "))
              .thenCompose(listener ->
                  client(listener.port(), Certificates.client("other.test"))
                      .connect(reactor, Listening::new))
              .handle(connected -> 0L, failure -> 1L)
              .thenCompose(client -> counted(reactor))
              .orTimeout(PATIENCE);
        });
    assertThat(failed).isEqualTo(1);
    assertThat(events)
        .filteredOn(event -> event instanceof ReactorEvent.HandshakeFailed)
        .singleElement()
        .asString()
        .contains("127.0.0.1", "the peer refuses: it does not accept this side's certificate");
  }

  /** The server hears of it a little later than the client. */
  private static Deferred<Long> counted(Reactor reactor) {
    long failed = reactor.stats().failedHandshakes();
    return failed > 0
        ? Deferred.succeeded(failed)
        : reactor.after(Duration.ofMillis(1)).thenCompose(soon -> counted(reactor));
  }

  @Test
  void aFactoryMayRefuse() {
    var events = new ArrayList<ReactorEvent>();
    var refused = new ArrayList<Long>();
    ProtocolFactory<Talker> refusing =
        transport -> {
          throw new Refusal("not today");
        };
    assertThatThrownBy(() ->
            Reactor.runUntil(reactor -> {
              reactor.observe(events::add);
              return TlsServerEndpoint.over(ANY, Certificates.SERVER)
                  .listen(reactor, refusing)
                  .thenCompose(listener ->
                      client(listener.port(), Certificates.CLIENT).connect(reactor, Listening::new))
                  .thenCompose(protocol -> protocol.all.deferred())
                  .thenCompose(text -> {
                    refused.add(reactor.stats().refused());
                    return Deferred.<String>failed(
                        new IllegalStateException("'" + text + "' heard"));
                  })
                  .orTimeout(PATIENCE);
            }))
        .hasMessage("'' heard");
    assertThat(events).anyMatch(event -> event instanceof ReactorEvent.ConnectionRefused);
    assertThat(refused).containsExactly(1L);
  }

  @Test
  void theSessionPicksTheProtocol() throws Exception {
    ProtocolFactory<?> selection =
        BySession.select()
            .protocol("h2", server("two "))
            .name("*.many.test", server("many "))
            .otherwise(server("other "));
    TlsOptions options =
        TlsOptions.server(Certificates.AUTHORITY.issue("server.test", "a.many.test"))
            .withApplicationProtocols("h2", "http/1.1");
    TlsOptions many = Certificates.client("a.many.test");
    assertThat(conversation(options, selection, many.withApplicationProtocols("h2", "x")))
        .isEqualTo("two a.many.testh2");
    assertThat(conversation(options, selection, many)).isEqualTo("many a.many.test");
    assertThat(conversation(options, selection, Certificates.CLIENT))
        .isEqualTo("other server.test");
  }

  @Test
  void tlsInTls() throws Exception {
    String heard =
        Reactor.runUntil(reactor ->
            TlsServerEndpoint.over(
                    TlsServerEndpoint.over(ANY, Certificates.SERVER), Certificates.SERVER)
                .listen(reactor, server("inside "))
                .thenCompose(listener ->
                    ask(
                        reactor,
                        TlsClientEndpoint.over(
                            client(listener.port(), Certificates.CLIENT), Certificates.CLIENT)))
                .orTimeout(PATIENCE));
    assertThat(heard).isEqualTo("inside server.test");
  }

  // ---- Strings --------------------------------------------------------------------------------

  private Path write(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private String strings(String server, String client) throws Exception {
    write("ca.pem", Pem.write(Certificates.AUTHORITY.certificate()));
    return Reactor.runUntil(reactor ->
        reactor
            .listen(server.replace("DIR", directory.toString()), server("hello "))
            .thenCompose(listener ->
                reactor.connect(
                    client
                        .replace("DIR", directory.toString())
                        .replace("PORT", "" + listener.port()),
                    Listening::new))
            .thenCompose(protocol -> protocol.all.deferred())
            .orTimeout(PATIENCE));
  }

  @Test
  void stringsNameFiles() throws Exception {
    TlsIdentity identity = Certificates.AUTHORITY.issue("server.test");
    write("cert.pem", Pem.write(identity.chain()));
    write("key.pem", Pem.write(identity.key()));
    String server = "tls:0:interface=127.0.0.1:cert=DIR/cert.pem:key=DIR/key.pem:alpn=a,b";
    assertThat(strings(server, "tls:server.test:PORT:connect=127.0.0.1:trust=DIR/ca.pem:alpn=b,a"))
        .isEqualTo("hello server.testa");
    assertThat(
            strings(server, "tls:tcp:127.0.0.1:PORT:timeout=5:name=server.test:trust=DIR/ca.pem"))
        .isEqualTo("hello server.test");
  }

  @Test
  void aDirectoryIsServedByName() throws Exception {
    for (String name : List.of("a.test", "b.test")) {
      TlsIdentity identity = Certificates.AUTHORITY.issue(name);
      write(name + ".pem", Pem.write(identity.chain()));
      write(name + ".key", Pem.write(identity.key()));
    }
    String server = "tls:tcp:0:interface=127.0.0.1:dir=DIR";
    for (String name : List.of("a.test", "b.test")) {
      assertThat(strings(server, "tls:" + name + ":PORT:connect=127.0.0.1:trust=DIR/ca.pem"))
          .isEqualTo("hello " + name);
    }
  }

  @Test
  void clientsShowWhoTheyAre() throws Exception {
    TlsIdentity identity = Certificates.AUTHORITY.issue("server.test");
    write("own.pem", Pem.write(identity.chain()) + Pem.write(identity.key()));
    String server = "tls:0:interface=127.0.0.1:cert=DIR/own.pem:clients=required:trust=DIR/ca.pem";
    String client = "tls:server.test:PORT:connect=127.0.0.1:trust=DIR/ca.pem";
    assertThat(strings(server, client + ":cert=DIR/own.pem")).isEqualTo("hello server.test");
  }

  @Test
  void stringsNameTheEngine() throws Exception {
    TlsIdentity identity = Certificates.AUTHORITY.issue("server.test");
    write("own.pem", Pem.write(identity.chain()) + Pem.write(identity.key()));
    String server = "tls:0:interface=127.0.0.1:cert=DIR/own.pem:engine=";
    String client = "tls:server.test:PORT:connect=127.0.0.1:trust=DIR/ca.pem:engine=jdk";
    assertThat(strings(server + "JDK", client)).isEqualTo("hello server.test");
    assertThatThrownBy(() -> strings(server + "NSS", client))
        .hasMessageContaining("no TLS engine 'NSS'");
    assertThat(Endpoints.client("tls:server.test:443:engine=jdk").toString())
        .contains(":engine=jdk");
  }

  /** While its files are being read, when nothing listens yet. */
  @ParameterizedTest
  @ValueSource(strings = {"tls:", "haproxy:tls:", "tls:haproxy:tcp:"})
  void aListenThatIsCancelledOpensNothing(String kind) throws Exception {
    TlsIdentity identity = Certificates.AUTHORITY.issue("server.test");
    write("own.pem", Pem.write(identity.chain()) + Pem.write(identity.key()));
    String endpoint = kind + "0:interface=127.0.0.1:cert=" + directory + "/own.pem";
    List<Throwable> failures = new ArrayList<>();
    int listeners =
        Reactor.runUntil(reactor -> {
          var listening = reactor.listen(endpoint, server("hello "));
          assertThat(reactor.stats().blockingCalls()).isPositive();
          var told = listening.handle(_ -> null, failures::add);
          told.cancel();
          return reactor
              .deferToThread(() -> 0) // behind what reads the files
              .thenCompose(_ -> reactor.after(Duration.ofMillis(50)))
              .thenApply(_ -> reactor.stats().listeners());
        });
    assertThat(listeners).isZero();
    assertThat(failures).singleElement().isInstanceOf(CancellationException.class);
  }

  @Test
  void aFileThatIsMissingIsNamed() throws Exception {
    assertThatThrownBy(() -> strings("tls:0:cert=DIR/none.pem", "tls:x:PORT"))
        .hasMessageContaining("there is no file " + directory.resolve("none.pem"));
    write("empty.pem", "");
    assertThatThrownBy(() -> strings("tls:0:cert=DIR/empty.pem", "tls:x:PORT"))
        .hasMessageContaining("empty.pem: no private key in the PEM text");
    write("cert.pem", Pem.write(Certificates.AUTHORITY.issue("a.test").chain()));
    write("key.pem", Pem.write(Certificates.AUTHORITY.issue("b.test").key()));
    assertThatThrownBy(() -> strings("tls:0:cert=DIR/cert.pem:key=DIR/key.pem", "tls:x:PORT"))
        .hasMessageContaining("the private key belongs to none of [CN=a.test]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tls:443",
        "tls:443:cert=a:dir=b",
        "tls:443:key=a:dir=b",
        "tls:443:cert=a:clients=required",
        "tls:443:cert=a:clients=perhaps:trust=b",
        "tls:443:cert=a:profile=old",
        "tls:443:cert=a:nonsense=1",
        "tls:cert=a",
      })
  void refusesServersThatMakeNoSense(String text) {
    assertThatThrownBy(() -> Endpoints.server(text)).isInstanceOf(EndpointSyntax.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tls:example.org",
        "tls:tcp:example.org:443",
        "tls:example.org:443:key=a",
        "tls:tcp:example.org:443:name=x:connect=y",
        "tls:example.org:443:nonsense=1",
      })
  void refusesClientsThatMakeNoSense(String text) {
    assertThatThrownBy(() -> Endpoints.client(text)).isInstanceOf(EndpointSyntax.class);
  }

  @Test
  void anEndpointSaysWhetherItSpeaksTls() {
    ServerEndpoint clear = TcpServerEndpoint.port(80);
    ServerEndpoint secure = TlsServerEndpoint.over(clear, Certificates.SERVER);
    assertThat(clear.secure()).isFalse();
    assertThat(secure.secure()).isTrue();
    assertThat(ConnectionLimit.of(5).wrap(clear).secure()).isFalse();
    assertThat(ConnectionLimit.of(5).wrap(secure).secure()).isTrue();
    assertThat(Endpoints.server("tcp:80").secure()).isFalse();
    assertThat(Endpoints.server("tls:443:cert=a.pem").secure()).isTrue();
    assertThat(Endpoints.server("tls:tcp:443:cert=a.pem").secure()).isTrue();
  }
}
