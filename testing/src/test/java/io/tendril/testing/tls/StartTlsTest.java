package io.tendril.testing.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Transport;
import io.tendril.core.tls.TlsIdentity;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import io.tendril.testing.MemoryPair;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S2 to S4, over the network in memory. */
@ParameterizedClass
@ValueSource(strings = {"JDK", "BoringSSL", "stand-in"})
class StartTlsTest {
  private final Certificates certificates;

  StartTlsTest(String engine) {
    certificates = Certificates.on(engine);
  }

  private static MemoryPair<Talker, Talker> pair(TlsOptions client, TlsOptions server) {
    return MemoryPair.connect(
        transport -> new Talker(transport, client), transport -> new Talker(transport, server));
  }

  private MemoryPair<Talker, Talker> pair() {
    return pair(certificates.client(), certificates.server());
  }

  /** A pair that speaks in the clear. */
  private static MemoryPair<Talker, Talker> plain() {
    return MemoryPair.connect(
        transport -> new Talker(transport, null), transport -> new Talker(transport, null));
  }

  private static void close(MemoryPair<Talker, Talker> pair) {
    pair.client().transport.loseConnection();
    pair.pump();
    assertThat(pair.client().lost).isInstanceOf(ConnectionClosed.Done.class);
    assertThat(pair.server().lost).isInstanceOf(ConnectionClosed.Done.class);
  }

  // ---- The session ----------------------------------------------------------------------------

  @Test
  void bothSidesAgreeOnASession() {
    var pair = pair();
    assertThat(pair.client().transport.has(TlsSession.class)).isFalse();
    pair.pump();
    TlsSession session = pair.client().session;
    assertThat(session.version()).isEqualTo("TLSv1.3");
    assertThat(session.peerCertificates()).hasSize(1);
    assertThat(pair.server().session.cipherSuite()).isEqualTo(session.cipherSuite());
    assertThat(pair.server().session.peerCertificates()).isEmpty();
    assertThat(pair.client().transport.query(TlsSession.class)).isEqualTo(session);
    close(pair);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 1_000, 1_000_000})
  void whatIsWrittenMeanwhileWaitsForTheHandshake(int step) {
    var pair = pair();
    pair.client().transport.write("early ");
    pair.server().transport.write("soon ");
    pair.pump(step);
    pair.client().transport.write("hello");
    pair.server().transport.write("welcome");
    pair.pump(step);
    assertThat(pair.server().text()).isEqualTo("early hello");
    assertThat(pair.client().text()).isEqualTo("soon welcome");
    close(pair);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void bytesMayArriveAsTheyLike(long seed) {
    var pair = pair();
    pair.client().transport.write("x".repeat(100_000));
    pair.pumpRandomly(seed);
    pair.server().transport.write("y".repeat(100_000));
    pair.pumpRandomly(seed);
    assertThat(pair.server().text()).isEqualTo("x".repeat(100_000));
    assertThat(pair.client().text()).isEqualTo("y".repeat(100_000));
    close(pair);
  }

  @Test
  void nothingIsReadByTheProtocolMeanwhile() {
    var pair = pair();
    assertThat(pair.client().transport.reading()).isFalse();
    pair.pump();
    assertThat(pair.client().transport.reading()).isTrue();
    close(pair);
  }

  @Test
  void whatWasWrittenBeforeGoesInTheClear() {
    var pair = plain();
    pair.client().transport.write("clear");
    pair.client().secure(certificates.client());
    pair.client().transport.write("secret");
    pair.pump();
    assertThat(pair.server().text()).startsWith("clear\u0016\u0003").doesNotContain("secret");
    pair.server().transport.abortConnection();
    pair.pump();
    assertThat(pair.client().failure).isInstanceOf(ConnectionClosed.Lost.class);
  }

  @Test
  void whatIsCancelledBehindTheMarkDoesNotMoveIt() {
    var pair = plain();
    var before = pair.client().transport.writeOwned(ByteBuffer.wrap(new byte[1_000]));
    pair.client().secure(certificates.client());
    var later = pair.client().transport.writeFully(ByteBuffer.wrap(new byte[1_000]));
    before.cancel();
    later.cancel();
    pair.client().transport.write("secret");
    pair.pump();
    assertThat(pair.server().bytes()[1_000]).isEqualTo((byte) 22);
    assertThat(pair.server().text()).doesNotContain("secret");
    pair.server().transport.abortConnection();
    pair.pump();
  }

  @Test
  void aFileBehindTheMarkIsEncrypted(@TempDir Path directory) throws Exception {
    var pair = pair();
    Path path = Files.writeString(directory.resolve("file"), "secret".repeat(10_000));
    try (FileChannel file = FileChannel.open(path)) {
      var sent = new ArrayList<Long>();
      var unused = pair.client().transport.sendFile(file, 0, 60_000).thenAccept(sent::add);
      pair.pump(10_000);
      assertThat(sent).containsExactly(60_000L);
    }
    assertThat(pair.server().text()).isEqualTo("secret".repeat(10_000));
    close(pair);
  }

  @Test
  void theOutputMayBeShutMeanwhile() {
    var pair = pair();
    pair.server().goesOn = true;
    pair.client().transport.write("question");
    pair.client().transport.shutdownOutput();
    pair.pump(100);
    assertThat(pair.server().text()).isEqualTo("question");
    assertThat(pair.server().ended).isTrue();
    pair.server().transport.write("answer");
    pair.server().transport.shutdownOutput();
    pair.pump(100);
    assertThat(pair.client().text()).isEqualTo("answer");
    assertThat(pair.client().lost).isInstanceOf(ConnectionClosed.Done.class);
  }

  @Test
  void closingMeanwhileSendsWhatWasWrittenFirst() {
    var pair = pair();
    pair.client().transport.write("last words");
    pair.client().transport.loseConnection();
    pair.pump(100);
    assertThat(pair.server().text()).isEqualTo("last words");
    assertThat(pair.server().lost).isInstanceOf(ConnectionClosed.Done.class);
  }

  @Test
  void closingWithNothingToSayEndsTheHandshake() {
    var pair = pair();
    pair.client().transport.loseConnection();
    pair.pump(100);
    assertThat(pair.client().failure).isInstanceOf(ConnectionClosed.Done.class);
    assertThat(pair.server().failure).isInstanceOf(ConnectionClosed.TlsFailed.class);
  }

  @Test
  void aSecondHandshakeAtATimeIsRefused() {
    var pair = pair();
    assertThatIllegalStateException()
        .isThrownBy(() -> pair.client().transport.startTls(certificates.client()));
    pair.pump();
    close(pair);
  }

  @Test
  void tlsGoesOverTls() {
    var pair = pair();
    pair.pump();
    pair.client().session = null;
    pair.client().secure(certificates.client());
    pair.server().secure(certificates.server());
    pair.client().transport.write("z".repeat(200_000));
    pair.pump(1_000);
    assertThat(pair.client().session).isNotNull();
    assertThat(pair.server().text()).isEqualTo("z".repeat(200_000));
    close(pair);
  }

  // ---- What goes wrong ------------------------------------------------------------------------

  /** A protocol that starts TLS at the first byte, and leaves the rest unread. */
  private final class AtFirstByte extends Talker {
    private final boolean takesAll;

    AtFirstByte(Transport transport, boolean takesAll) {
      super(transport, null);
      this.takesAll = takesAll;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      if (session != null) {
        super.dataReceived(data);
      } else {
        data.get();
        secure(certificates.server());
        transport.write("x".repeat(100_000)); // more than is collected in one call
        if (takesAll) {
          data.position(data.limit());
        }
      }
    }
  }

  @Test
  void plaintextBehindTheRequestIsAnError() {
    MemoryPair<Talker, AtFirstByte> pair =
        MemoryPair.connect(
            transport -> new Talker(transport, null),
            transport -> new AtFirstByte(transport, false));
    pair.client().transport.write("Sforged");
    pair.pump();
    assertThat(pair.server().failure)
        .isInstanceOf(ConnectionClosed.TlsFailed.class)
        .hasMessageContaining("6 bytes came in the clear");
    assertThat(pair.server().lost).isSameAs(pair.server().failure);
    assertThat(pair.client().text()).isEmpty();
  }

  @Test
  void startsInsideOfACallThatWritesMuch() {
    MemoryPair<Talker, AtFirstByte> pair =
        MemoryPair.connect(
            transport -> new Talker(transport, null),
            transport -> new AtFirstByte(transport, true));
    pair.client().transport.write("S");
    pair.pump();
    pair.client().secure(certificates.client());
    pair.pump();
    assertThat(pair.client().text()).isEqualTo("x".repeat(100_000));
    pair.client().transport.loseConnection();
    pair.pump();
    assertThat(pair.server().lost).isInstanceOf(ConnectionClosed.Done.class);
  }

  @Test
  void plaintextThatComesLaterIsNoHandshake() {
    var pair = plain();
    pair.server().secure(certificates.server());
    pair.client().transport.write("forged");
    pair.pump();
    assertThat(pair.server().failure).isInstanceOf(ConnectionClosed.TlsFailed.class);
    assertThat(pair.server().lost).isSameAs(pair.server().failure);
    assertThat(pair.server().text()).isEmpty();
  }

  @Test
  void aVerificationFailureReachesBothSides() {
    TlsIdentity stranger = Certificates.STRANGER.issue("server.test");
    var pair = pair(certificates.client(), certificates.serverAs(stranger));
    pair.client().transport.write("secret");
    pair.pump();
    assertThat(pair.client().failure)
        .isInstanceOf(ConnectionClosed.TlsFailed.class)
        .hasMessageContaining("its issuer is unknown");
    assertThat(pair.client().lost).isSameAs(pair.client().failure);
    assertThat(pair.server().lost)
        .isInstanceOf(ConnectionClosed.TlsFailed.class)
        .hasMessageContaining("the peer refuses")
        .hasMessageContaining("this side's certificate");
    assertThat(pair.server().text()).isEmpty();
    assertThat(pair.client().transport.has(TlsSession.class)).isFalse();
  }

  @Test
  void aHandshakeHasItsTime() {
    var pair =
        MemoryPair.connect(
            transport -> new Talker(transport, null),
            transport -> new Talker(transport, certificates.server()));
    pair.pump();
    pair.clock().advance(Duration.ofSeconds(29));
    assertThat(pair.server().failure).isNull();
    pair.clock().advance(Duration.ofSeconds(1));
    assertThat(pair.server().failure)
        .isInstanceOf(ConnectionClosed.TimedOut.class)
        .hasMessageContaining("no end of the TLS handshake for 30000 ms");
    assertThat(pair.server().lost).isSameAs(pair.server().failure);
    pair.pump();
  }

  @Test
  void aHandshakeThatIsDoneHasNoTimeToKeep() {
    var pair = pair();
    pair.pump();
    pair.clock().advance(Duration.ofMinutes(10));
    assertThat(pair.server().lost).isNull();
    close(pair);
  }

  @Test
  void aHandshakeAtTheLimitTakesTheOldestOnesPlace() {
    var pair = plain();
    pair.server().secure(certificates.server());
    pair.client()
        .secure(certificates.client().withLimits(Duration.ofSeconds(30), 1)); // both in one reactor
    pair.pump();
    assertThat(pair.server().failure)
        .isInstanceOf(ConnectionClosed.LimitExceeded.class)
        .hasMessageContaining("1 TLS handshakes under way");
    assertThat(pair.server().lost).isSameAs(pair.server().failure);
    assertThat(pair.client().failure).isInstanceOf(ConnectionClosed.Lost.class);
  }

  @Test
  void anEndInTheMiddleIsNotClean() {
    var pair = plain();
    pair.client().secure(certificates.client());
    pair.server().transport.loseConnection();
    pair.pump();
    assertThat(pair.client().lost)
        .isInstanceOf(ConnectionClosed.TlsFailed.class)
        .hasMessageContaining("closed the connection during the handshake");
  }

  @Test
  void afterTheEndThereIsNoHandshake() {
    var pair = plain();
    pair.client().transport.loseConnection();
    pair.client().secure(certificates.client());
    assertThat(pair.client().failure).isInstanceOf(ConnectionClosed.Done.class);
    pair.pump();
  }

  @Test
  void anAbortFailsTheHandshake() {
    var pair = pair();
    pair.client().transport.abortConnection();
    pair.pump();
    assertThat(pair.client().failure).isInstanceOf(ConnectionClosed.Aborted.class);
    assertThat(pair.server().failure).isInstanceOf(ConnectionClosed.Lost.class);
  }
}
