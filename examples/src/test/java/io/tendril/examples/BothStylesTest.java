package io.tendril.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Connection;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.tls.CertificateAuthority;
import io.tendril.core.tls.TlsOptions;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs that are written in both styles: the same tests, on every network and carrier. */
@ParameterizedClass
@MethodSource("cases")
record BothStylesTest(Style style, Place place) {
  private static final String ANY_PORT = "tcp:0:interface=127.0.0.1";
  private static final int MUCH = 1 << 20;

  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("authority of this test", Instant.now());
  private static final TlsOptions SERVER =
      TlsOptions.server(AUTHORITY.issue("localhost", "127.0.0.1"));
  private static final TlsOptions CLIENT =
      TlsOptions.client("localhost", List.of(AUTHORITY.certificate()));

  static List<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (Style style : Style.values()) {
      Place.all().forEach(place -> cases.add(Arguments.of(style, place)));
    }
    return cases;
  }

  /** What a test does, in a coroutine. */
  @FunctionalInterface
  private interface Script {
    void play(Reactor reactor) throws Exception;
  }

  private void play(Script script) throws Exception {
    place.run(reactor ->
        reactor.async(() -> {
          script.play(reactor);
          return null;
        }));
  }

  private static String listen(Reactor reactor, ProtocolFactory<?> factory) {
    return "tcp:127.0.0.1:" + reactor.listen(ANY_PORT, factory).await().port();
  }

  // ---- Chat -----------------------------------------------------------------------------------

  private static Connection member(Reactor reactor, String room, String name) {
    Connection member = reactor.connect(room).await();
    assertThat(member.readLine()).isEqualTo("What is your name?");
    member.writeLine(name);
    return member;
  }

  @Test
  void everybodyInTheRoomHearsWhatIsSaid() throws Exception {
    play(reactor -> {
      String room = listen(reactor, style.chat());
      try (var ada = member(reactor, room, "ada")) {
        assertThat(ada.readLine()).isEqualTo("ada has come");
        try (var bob = member(reactor, room, "ada")) {
          assertThat(bob.readLine()).isEqualTo("That name cannot be had. What is your name?");
          bob.writeLine("bob");
          assertThat(bob.readLine()).isEqualTo("bob has come");
          bob.writeLine("hello");
          assertThat(bob.readLine()).isEqualTo("<bob> hello");
          assertThat(ada.readLine()).isEqualTo("bob has come");
          assertThat(ada.readLine()).isEqualTo("<bob> hello");
        }
        assertThat(ada.readLine()).isEqualTo("bob has gone");
        try (var bob = member(reactor, room, "bob")) {
          assertThat(bob.readLine()).isEqualTo("bob has come");
          bob.transport().abortConnection();
        }
        assertThat(ada.readLine()).isEqualTo("bob has come");
        assertThat(ada.readLine()).isEqualTo("bob has gone");
      }
    });
  }

  // ---- The session with STARTTLS --------------------------------------------------------------

  @Test
  void whatIsSaidAfterStartTlsIsPrivate() throws Exception {
    play(reactor -> {
      String server = listen(reactor, style.mailish(SERVER));
      try (var client = reactor.connect(server).await()) {
        assertThat(client.readLine()).isEqualTo("220 ready");
        client.writeLine("psst");
        assertThat(client.readLine()).isEqualTo("530 STARTTLS first");
        client.writeLine("STARTTLS");
        assertThat(client.readLine()).isEqualTo("220 go ahead");
        assertThat(client.startTls(CLIENT).version()).isEqualTo("TLSv1.3");
        client.writeLine("starttls");
        assertThat(client.readLine()).isEqualTo("503 private already");
        client.writeLine("it is me");
        assertThat(client.readLine()).isEqualTo("250 heard in private: it is me");
        client.writeLine("QUIT");
        assertThat(client.readLine()).isEqualTo("221 bye");
        assertThat(client.readLine()).isNull();
      }
    });
  }

  @Test
  void aLineBehindStartTlsIsNotBelieved() throws Exception {
    play(reactor -> {
      String server = listen(reactor, style.mailish(SERVER));
      try (var client = reactor.connect(server).await()) {
        client.write("STARTTLS\r\nit is somebody else\r\n");
        assertThat(client.readLine()).isEqualTo("220 ready");
        assertThat(client.readLine()).isEqualTo("220 go ahead");
        assertThat(restOf(client)).doesNotContain("private");
      }
    });
  }

  /** All that comes until the connection ends, however it does. */
  private static String restOf(Connection connection) {
    var rest = new StringBuilder();
    try {
      for (ByteBuffer bytes; (bytes = connection.read()) != null; ) {
        rest.append(UTF_8.decode(bytes));
      }
    } catch (ConnectionClosed e) {
      rest.append("(gone)");
    }
    return rest.toString();
  }

  // ---- The proxy ------------------------------------------------------------------------------

  private static final ProtocolFactory<?> ECHO =
      Protocol.direct(connection -> {
        for (ByteBuffer bytes; (bytes = connection.read()) != null; ) {
          connection.write(bytes);
        }
        connection.write("end");
      });

  @Test
  void theProxyCarriesBytesBothWaysAndTheEndOfEach() throws Exception {
    play(reactor -> {
      String front = listen(reactor, style.proxy(listen(reactor, ECHO)));
      try (var client = reactor.connect(front).await()) {
        var writing =
            reactor.async(() -> {
              client.write(new byte[MUCH]);
              client.shutdownOutput();
              return true;
            });
        assertThat(client.readFully(MUCH)).isEqualTo(ByteBuffer.allocate(MUCH));
        assertThat(restOf(client)).isEqualTo("end");
        writing.await();
      }
    });
  }

  @Test
  void theProxyHangsUpWhenNobodyIsThere() throws Exception {
    play(reactor -> {
      String front = listen(reactor, style.proxy("tcp:127.0.0.1:1"));
      try (var client = reactor.connect(front).await()) {
        assertThat(client.readLine()).isNull();
      }
    });
  }

  @Test
  void theProxyHangsUpOnOneSideWhenTheOtherIsLost() throws Exception {
    play(reactor -> {
      String target =
          listen(
              reactor,
              Protocol.direct(connection -> {
                connection.readLine();
                connection.transport().abortConnection();
              }));
      String front = listen(reactor, style.proxy(target));
      try (var client = reactor.connect(front).await()) {
        client.writeLine("go");
        assertThat(restOf(client)).isIn("", "(gone)");
      }
    });
  }

  // ---- The client of datagrams ----------------------------------------------------------------

  /** Answers a datagram with itself, except the first ones. */
  private static String deafFor(Reactor reactor, int datagrams) {
    var socket = reactor.bindDatagram("udp:0:interface=127.0.0.1").await();
    var _ =
        reactor
            .async(() -> {
              for (int i = 0; i < datagrams; i++) {
                socket.receive();
              }
              while (true) {
                var message = socket.receive();
                socket.send(ByteBuffer.wrap(new byte[] {1, 2}), message.from());
                socket.send(message.data(), message.from());
              }
            })
            .exceptionally(ConnectionClosed.class, _ -> null);
    return "udp:127.0.0.1:" + socket.transport().local().getPort();
  }

  @Test
  void theLookupAsksAgainWhenADatagramIsLost() throws Exception {
    play(reactor -> {
      String server = deafFor(reactor, 1);
      assertThat(style.lookUp(reactor, server, "who is there?").await()).isEqualTo("who is there?");
    });
  }

  @Test
  void theLookupGivesUpInTheEnd() throws Exception {
    play(reactor -> {
      String server = deafFor(reactor, Integer.MAX_VALUE);
      assertThatThrownBy(() -> style.lookUp(reactor, server, "who is there?").await())
          .isInstanceOf(TimeoutException.class)
          .hasMessageContaining("an answer of /127.0.0.1");
    });
  }
}
