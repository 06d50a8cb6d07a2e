package io.tendril.testing.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.tls.TlsOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** When a server's session tickets go out, where they need not go by themselves. */
class SessionTicketsTest {
  private static final byte[] REQUEST = "a request".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ANSWER = "its answer".getBytes(StandardCharsets.US_ASCII);

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
}
