package io.tendril.testing.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.endpoint.TcpServerEndpoint;
import io.tendril.core.endpoint.TlsServerEndpoint;
import io.tendril.core.tls.TlsOptions;
import io.tendril.spi.Engine;
import io.tendril.spi.Engines;
import io.tendril.testing.conformance.ForwardingEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** When a server's session tickets go out, where they need not go by themselves. */
class SessionTicketsTest {
  private static final byte[] REQUEST = "a request".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ANSWER = "its answer".getBytes(StandardCharsets.US_ASCII);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Certificates certificates = Certificates.on("BoringSSL");
  private final TlsOptions client = certificates.clientOf("server.test"); // nothing to resume

  /** How much the server has sent of the last handshake before it was done. */
  private int flight;

  /** A handshake whose last bytes the server has not seen yet. */
  private Wire nearlyDone(TlsOptions by) {
    var wire = new Wire(by, certificates.server());
    wire.begin();
    wire.settle();
    wire.move(wire.clientPlug, wire.serverPlug, Integer.MAX_VALUE);
    wire.settle();
    flight = wire.serverPlug.sent.size();
    wire.move(wire.serverPlug, wire.clientPlug, Integer.MAX_VALUE);
    wire.settle();
    assertThat(wire.client.isUp()).isTrue();
    assertThat(wire.server.isUp()).isFalse();
    assertThat(wire.serverPlug.writes).as("the server's flight").isOne();
    return wire;
  }

  private void assertThatTheNextOneResumes() {
    int before = flight;
    nearlyDone(client);
    assertThat(flight).as("no certificate is sent again").isLessThan(before - 300);
  }

  @Test
  void theyGoAlongWithTheAnswerToWhatComesWithTheEndOfTheHandshake() throws IOException {
    Wire wire = nearlyDone(client);
    wire.server.answer = ANSWER;
    wire.client.write(REQUEST);
    wire.pump(Integer.MAX_VALUE);
    assertThat(wire.client.received.toByteArray()).isEqualTo(ANSWER);
    assertThat(wire.serverPlug.writes).as("tickets and answer in one").isEqualTo(2);
    assertThatTheNextOneResumes();
  }

  @Test
  void theyGoByThemselvesWhenNothingElseDoes() {
    Wire wire = nearlyDone(client);
    wire.pump(Integer.MAX_VALUE);
    assertThat(wire.serverPlug.writes).isEqualTo(2);
    assertThatTheNextOneResumes();
  }

  @Test
  void theyGoByThemselvesWhenWhatComesHasNoAnswerYet() throws IOException {
    Wire wire = nearlyDone(client);
    wire.client.write(REQUEST);
    wire.pump(Integer.MAX_VALUE);
    assertThat(wire.server.received.toByteArray()).isEqualTo(REQUEST);
    assertThat(wire.serverPlug.writes).isEqualTo(2);
    assertThatTheNextOneResumes();
  }

  @Test
  void theyWaitForASocketThatTakesNothing() throws IOException {
    Wire wire = nearlyDone(client);
    wire.serverPlug.room = 0;
    wire.pump(Integer.MAX_VALUE);
    assertThat(wire.server.isUp()).isTrue();
    assertThat(wire.server.socket.unsent()).isPositive();
    wire.serverPlug.room = 10;
    wire.pump(3);
    assertThat(wire.server.socket.unsent()).isZero();
    wire.server.write(ANSWER);
    wire.pump(Integer.MAX_VALUE);
    assertThat(wire.client.received.toByteArray()).isEqualTo(ANSWER);
    assertThatTheNextOneResumes();
  }

  @Test
  void aReaderThatIsPausedDoesNotHoldThemBack() throws IOException {
    Wire wire = nearlyDone(client);
    wire.server.socket.interest(false, false);
    wire.client.write(REQUEST);
    wire.pump(Integer.MAX_VALUE);
    assertThat(wire.server.received.size()).isZero();
    assertThat(wire.serverPlug.writes).isEqualTo(2);
    assertThatTheNextOneResumes();
  }

  @Test
  void theyAreInNobodysWayWhenBothCloseAtOnce() throws IOException {
    Wire wire = nearlyDone(client);
    wire.server.answer = ANSWER;
    wire.client.write(REQUEST);
    wire.client.socket.shutdownOutput();
    wire.move(wire.clientPlug, wire.serverPlug, Integer.MAX_VALUE);
    wire.settle();
    wire.server.socket.shutdownOutput();
    wire.pump(1);
    assertThat(wire.client.received.toByteArray()).isEqualTo(ANSWER);
    assertThat(wire.client.ended && wire.server.ended).isTrue();
  }

  // ---- On a reactor ---------------------------------------------------------------------------

  /** Counts what is written to its sockets. */
  private static final class Counting extends ForwardingEngine {
    private final AtomicInteger writes;

    Counting(Engine engine, AtomicInteger writes) {
      super(engine);
      this.writes = writes;
    }

    @Override
    protected StreamSocket stream(StreamSocket socket) {
      return new ForwardingStream(socket) {
        @Override
        public long write(ByteBuffer[] from, int offset, int length) throws IOException {
          writes.incrementAndGet();
          return super.write(from, offset, length);
        }
      };
    }
  }

  /** Endpoint, factory and change of protocol are between the socket and the answer, too. */
  @Test
  void theyGoAlongWithTheAnswerOfAProtocolToo() throws Exception {
    var writes = new AtomicInteger();
    ReactorOptions options =
        ReactorOptions.defaults().withEngine(() -> new Counting(Engines.nio().open(), writes));
    Reactor reactor = Reactor.create(options).start();
    try {
      Listener listener =
          reactor.blockingCall(
              () ->
                  TlsServerEndpoint.over(
                          TcpServerEndpoint.port(0).on("127.0.0.1"), certificates.server())
                      .listen(
                          reactor,
                          Protocol.onData((transport, data) -> {
                            data.position(data.limit());
                            transport.write(ANSWER);
                          })),
              PATIENCE);
      RawPeer peer = RawPeer.client("TLSv1.3");
      try (var socket = new Socket("127.0.0.1", listener.port())) {
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.getOutputStream().write(peer.exchange(new byte[0]));
        byte[] last = read(socket, peer);
        while (!peer.isUp()) {
          socket.getOutputStream().write(last);
          last = read(socket, peer);
        }
        int before = writes.get();
        var all = new ByteArrayOutputStream();
        all.writeBytes(last);
        all.writeBytes(peer.write("a request"));
        socket.getOutputStream().write(all.toByteArray());
        while (peer.text().isEmpty()) {
          read(socket, peer);
        }
        assertThat(peer.text()).isEqualTo("its answer");
        assertThat(writes.get() - before).isOne();
      }
    } finally {
      reactor.stop();
      reactor.awaitStopped(PATIENCE);
    }
  }

  private static byte[] read(Socket socket, RawPeer peer) throws IOException {
    byte[] some = new byte[20_000];
    int count = socket.getInputStream().read(some);
    assertThat(count).isPositive();
    return peer.exchange(Arrays.copyOf(some, count));
  }
}
