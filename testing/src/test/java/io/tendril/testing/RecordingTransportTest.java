package io.tendril.testing;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.CapabilityMissing;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.Refusal;
import io.tendril.core.Transport;
import io.tendril.core.framing.LineProtocol;
import io.tendril.core.tls.TlsSession;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordingTransportTest {
  /** Answers lines; some of them are commands. */
  private static final class Answering extends LineProtocol {
    private final List<ConnectionClosed> lost = new ArrayList<>();

    Answering(Transport transport) {
      super(transport);
    }

    @Override
    public void connectionMade() {
      writeLine("ready");
    }

    @Override
    protected void lineReceived(String line) throws IOException {
      switch (line) {
        case "quit" -> {
          writeLine("bye");
          transport().loseConnection();
          writeLine("not heard");
        }
        case "abort" -> transport().abortConnection();
        case "throw" -> throw new IOException("as asked");
        case "pause" -> transport().pauseReading();
        case "later" -> transport().callLater(ofSeconds(3), () -> writeLine("later"));
        case "become" ->
            transport().become(next -> (Protocol) data -> next.write("became " + text(data)));
        default -> writeLine("heard " + line);
      }
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      lost.add(reason);
    }
  }

  private static String text(ByteBuffer data) {
    return StandardCharsets.UTF_8.decode(data).toString();
  }

  private final RecordingTransport connection = new RecordingTransport();
  private final Answering protocol = connection.connect(Answering::new);

  @Test
  void recordsWhatIsWritten() {
    assertThat(connection.text()).isEqualTo("ready\r\n");
    assertThat(connection.bytes()).hasSize(7);
    connection.clear();
    connection.deliver("one\r\ntwo\r\n");
    assertThat(connection.takeText()).isEqualTo("heard one\r\nheard two\r\n");
    assertThat(connection.text()).isEmpty();
  }

  @Test
  void presentsAgainWhatWasLeftUnread() {
    connection.clear();
    for (String piece : "one\r\ntwo\r\n".split("")) {
      connection.deliver(piece);
    }
    assertThat(connection.text()).isEqualTo("heard one\r\nheard two\r\n");
  }

  @Test
  void eachDeliveryIsOneCall() {
    List<String> calls = new ArrayList<>();
    var other = new RecordingTransport();
    other.connect(transport -> (Protocol) data -> calls.add(text(data)));
    other.deliver("one");
    other.deliver(ByteBuffer.wrap("two".getBytes(StandardCharsets.UTF_8)));
    assertThat(calls).containsExactly("one", "two");
  }

  @Test
  void closesInOrder() {
    connection.clear();
    connection.deliver("quit\r\nignored\r\n");
    assertThat(connection.text()).isEqualTo("bye\r\n");
    assertThat(connection.isClosing()).isTrue();
    assertThat(connection.isOutputShut()).isTrue();
    assertThat(connection.isClosed()).isFalse();
    connection.end();
    assertThat(connection.reason()).isInstanceOf(ConnectionClosed.Done.class);
    assertThat(protocol.lost).containsExactly(connection.reason());
    assertThat(connection.isAborted()).isFalse();
  }

  @Test
  void lingersForTwoSecondsForAPeerThatDoesNotClose() {
    connection.deliver("quit\r\n");
    connection.clock().advance(ofSeconds(2));
    assertThat(connection.isClosed()).isTrue();
  }

  @Test
  void aborts() {
    connection.deliver("abort\r\n");
    assertThat(connection.isAborted()).isTrue();
    assertThat(connection.reason()).isInstanceOf(ConnectionClosed.Aborted.class);
  }

  @Test
  void throwsWhatTheProtocolThrowsAfterClosing() {
    assertThatThrownBy(() -> connection.deliver("throw\r\n"))
        .isInstanceOf(AssertionError.class)
        .hasRootCauseInstanceOf(IOException.class)
        .hasRootCauseMessage("as asked");
    connection.end();
    assertThat(connection.reason()).isInstanceOf(ConnectionClosed.ProtocolThrew.class);
  }

  @Test
  void keepsBytesWhilePaused() {
    connection.clear();
    connection.deliver("pause\r\none\r\n");
    connection.deliver("two\r\n");
    assertThat(connection.isPaused()).isTrue();
    assertThat(connection.text()).isEmpty();
    connection.transport().resumeReading();
    connection.clock().runCurrent();
    assertThat(connection.text()).isEqualTo("heard one\r\nheard two\r\n");
    assertThat(connection.isPaused()).isFalse();
  }

  @Test
  void handsUnreadBytesToTheNextProtocol() {
    connection.clear();
    connection.deliver("become\r\nrest");
    assertThat(connection.text()).isEqualTo("became rest");
  }

  @Test
  void callsLaterInVirtualTime() {
    connection.clear();
    connection.deliver("later\r\n");
    connection.clock().advance(ofSeconds(2));
    assertThat(connection.text()).isEmpty();
    connection.clock().advance(ofSeconds(1));
    assertThat(connection.text()).isEqualTo("later\r\n");
  }

  @Test
  void endsAndResets() {
    connection.end();
    assertThat(connection.reason().isClean()).isTrue();
    var other = new RecordingTransport();
    other.connect(Answering::new);
    other.reset();
    assertThat(other.reason())
        .isInstanceOf(ConnectionClosed.Lost.class)
        .hasMessageContaining("Connection reset");
  }

  @Test
  void stallsUntilDrained() {
    connection.stall();
    connection.clear();
    connection.transport().write(new byte[70_000]);
    connection.clock().runCurrent();
    assertThat(connection.bytes()).isEmpty();
    assertThat(connection.transport().outboundBytes()).isEqualTo(70_000);
    assertThat(connection.transport().writable()).isFalse();
    connection.drain();
    assertThat(connection.bytes()).hasSize(70_000);
    assertThat(connection.transport().writable()).isTrue();
  }

  @Test
  void hasTheAddressesAndCapabilitiesThatTheTestGives() {
    var peer = new InetSocketAddress(MemoryHost.literal("203.0.113.7"), 1_234);
    var local = new InetSocketAddress(MemoryHost.literal("203.0.113.8"), 443);
    var session = new TlsSession("TLSv1.3", "TLS_AES_128_GCM_SHA256", "h2", "", List.of());
    var other =
        new RecordingTransport()
            .withPeer(peer)
            .withLocal(local)
            .withCapability(TlsSession.class, session);
    other.connect(Answering::new);
    assertThat(other.transport().peer()).isEqualTo(peer);
    assertThat(other.transport().local()).isEqualTo(local);
    assertThat(other.transport().query(TlsSession.class)).isSameAs(session);
    assertThatThrownBy(() -> connection.transport().query(TlsSession.class))
        .isInstanceOf(CapabilityMissing.class)
        .hasMessageContaining("recorded");
  }

  @Test
  void saysWhyNoProtocolWasBuilt() {
    assertThatThrownBy(() ->
            new RecordingTransport()
                .connect(_ -> {
                  throw new Refusal("not you");
                }))
        .isInstanceOf(AssertionError.class)
        .cause()
        .isInstanceOf(Refusal.class);
  }

  @Test
  void worksWithSplits() {
    Splits.of("a\r\nbc\r\nquit\r\nmore")
        .forEach(pieces -> {
          var each = new RecordingTransport();
          each.connect(Answering::new);
          pieces.forEach(each::deliver);
          assertThat(each.text()).isEqualTo("ready\r\nheard a\r\nheard bc\r\nbye\r\n");
        });
  }
}
