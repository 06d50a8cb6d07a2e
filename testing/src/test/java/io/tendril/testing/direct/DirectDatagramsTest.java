package io.tendril.testing.direct;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectFailed;
import io.tendril.core.Connection;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.DatagramConnection;
import io.tendril.core.DatagramProtocol;
import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.testing.RecordingDatagramTransport;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Conversations over datagram sockets. */
class DirectDatagramsTest {
  private final RecordingDatagramTransport peer = new RecordingDatagramTransport();
  private final List<Object> log = new ArrayList<>();

  @AfterEach
  void nothingFailed() {
    peer.clock().close();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static String text(DatagramConnection.Message message) {
    return UTF_8.decode(message.data()).toString();
  }

  private void connect(DatagramProtocol.Conversation conversation) {
    peer.connect(DatagramProtocol.direct(conversation));
  }

  @Test
  void receivesAndAnswersEachPeer() {
    peer.bind(
        DatagramProtocol.direct(socket -> {
          while (true) {
            var message = socket.receive();
            socket.send(message.data(), message.from());
          }
        }));
    peer.deliver("one".getBytes(UTF_8), new InetSocketAddress("10.0.0.7", 7));
    peer.deliver("two".getBytes(UTF_8), new InetSocketAddress("10.0.0.8", 8));
    assertThat(peer.sent())
        .extracting(sent -> sent.text() + " " + sent.to().getPort())
        .containsExactly("one 7", "two 8");
  }

  @Test
  void theReturnCloses() {
    connect(socket -> socket.send(bytes("bye")));
    peer.clock().runCurrent();
    assertThat(peer.sent()).singleElement().matches(sent -> sent.text().equals("bye"));
    assertThat(peer.isClosed()).isTrue();
  }

  @Test
  void whatWaitsIsLimitedInNumberAndInBytesAndTheRestIsCounted() {
    Promise<Void> work = peer.reactor().promise();
    connect(socket -> {
      socket.queueLimit(3, 10);
      work.deferred().await();
      for (int i = 0; i < 3; i++) {
        log.add(text(socket.receive()));
      }
      log.add(socket.dropped());
    });
    List.of("1", "1234567890", "2", "3", "4").forEach(peer::deliver);
    peer.reactor().execute(work::succeed);
    peer.clock().runCurrent();
    assertThat(log).containsExactly("1", "2", "3", 2L);
  }

  @Test
  void aDeadlineBoundsReceivingAndMayBeCaught() {
    connect(socket -> {
      socket.deadline(Duration.ofSeconds(1));
      try {
        socket.receive();
      } catch (Connection.DeadlinePassed e) {
        log.add(e.what());
      }
      log.add(text(socket.receive()));
    });
    peer.clock().advance(Duration.ofSeconds(1));
    peer.deliver("late");
    assertThat(log).containsExactly("a datagram", "late");
  }

  @Test
  void u1ARefusalIsTypedAndTheSocketGoesOn() {
    connect(socket -> {
      assertThatThrownBy(socket::receive)
          .isInstanceOf(ConnectFailed.Refused.class)
          .hasMessageContaining("10.0.0.99:50000");
      log.add(text(socket.receive()));
    });
    peer.refuse();
    peer.deliver("here after all");
    assertThat(log).containsExactly("here after all");
  }

  @Test
  void u1ARefusalThatComesEarlyIsMetAtTheNextReceive() {
    Promise<Void> work = peer.reactor().promise();
    connect(socket -> {
      work.deferred().await();
      log.add(text(socket.receive()));
      assertThatThrownBy(socket::receive).isInstanceOf(ConnectFailed.Refused.class);
      log.add("refused");
    });
    peer.deliver("before");
    peer.refuse();
    peer.reactor().execute(work::succeed);
    peer.clock().runCurrent();
    assertThat(log).containsExactly("before", "refused");
  }

  @Test
  void whatItThrowsIsReportedAndCloses() {
    peer.clock().expectFailure(IllegalArgumentException.class);
    connect(socket -> {
      throw new IllegalArgumentException("odd");
    });
    peer.clock().runCurrent();
    assertThat(peer.isClosed()).isTrue();
  }

  @Test
  void whenTheSocketIsClosedReceivingAndSendingSaySo() {
    List<DatagramConnection> sockets = new ArrayList<>();
    connect(socket -> {
      sockets.add(socket);
      try {
        socket.receive();
      } catch (ConnectionClosed.Done e) {
        log.add(e);
        assertThatThrownBy(() -> socket.send(bytes("more"))).isSameAs(e);
        throw e;
      }
    });
    peer.reactor().execute(() -> sockets.getFirst().close());
    peer.clock().runCurrent();
    assertThat(log).hasSize(1);
  }

  @Test
  void r6TheShutdownEndsIt() {
    connect(socket -> {
      try {
        socket.receive();
      } finally {
        log.add("ended");
      }
    });
    peer.reactor().stop();
    peer.clock().advance(Duration.ofSeconds(1));
    assertThat(log).containsExactly("ended");
    assertThat(peer.isClosed()).isTrue();
  }

  @Test
  void twoCannotReceiveAtATime() {
    connect(socket -> {
      var other = peer.reactor().async(() -> socket.receive());
      assertThatThrownBy(socket::receive)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("another coroutine receives from datagram socket");
      log.add(text(other.await()));
    });
    peer.deliver("one");
    assertThat(log).containsExactly("one");
  }

  // ---- Everywhere -----------------------------------------------------------------------------

  static List<Venue> venues() {
    return Venue.all().stream().filter(each -> each.layers() == Venue.Layers.PLAIN).toList();
  }

  @ParameterizedTest
  @MethodSource("venues")
  void requestAndReply(Venue venue) throws Exception {
    venue.run(reactor ->
        reactor.async(() -> {
          try (var server = reactor.bindDatagram("udp:0:interface=127.0.0.1").await();
              var client =
                  reactor
                      .connectDatagram("udp:127.0.0.1:" + server.transport().local().getPort())
                      .await()) {
            Deferred<Object> serving =
                reactor.async(() -> {
                  for (int i = 0; i < 3; i++) {
                    var message = server.receive();
                    assertThat(message.from()).isEqualTo(client.transport().local());
                    server.send(bytes("heard " + text(message)), message.from());
                  }
                  return null;
                });
            for (String question : List.of("one", "two", "three")) {
              client.send(bytes(question));
              assertThat(text(client.receive())).isEqualTo("heard " + question);
            }
            serving.await();
          }
          return null;
        }));
  }

  @ParameterizedTest
  @MethodSource("venues")
  void u1NobodyIsThere(Venue venue) throws Exception {
    venue.run(reactor ->
        reactor.async(() -> {
          int port;
          try (var gone = reactor.bindDatagram("udp:0:interface=127.0.0.1").await()) {
            port = gone.transport().local().getPort();
          }
          reactor.after(Duration.ofMillis(1)).await(); // the engine closes it for good in a turn
          try (var client = reactor.connectDatagram("udp:127.0.0.1:" + port).await()) {
            client.send(bytes("anybody?"));
            assertThatThrownBy(client::receive).isInstanceOf(ConnectFailed.Refused.class);
          }
          return null;
        }));
  }
}
