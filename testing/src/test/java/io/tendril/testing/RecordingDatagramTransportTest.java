package io.tendril.testing;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.DatagramTransport;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RecordingDatagramTransportTest {
  private static final class Echoing implements DatagramProtocol {
    private final DatagramTransport transport;
    private int refusals;

    Echoing(DatagramTransport transport) {
      this.transport = transport;
    }

    @Override
    public void transportOpened() {
      transport.callLater(ofSeconds(1), transport::close);
    }

    @Override
    public void datagramReceived(ByteBuffer data, InetSocketAddress from) {
      if (data.remaining() > 100) {
        throw new IllegalArgumentException("too long for me");
      }
      transport.send(data, from);
    }

    @Override
    public void connectionRefused() {
      refusals++;
    }
  }

  private final RecordingDatagramTransport socket = new RecordingDatagramTransport();

  @Test
  void recordsWhatIsSentToWhom() {
    socket.bind(Echoing::new);
    var from = new InetSocketAddress(MemoryHost.literal("10.0.0.7"), 7);
    socket.deliver("one");
    socket.deliver("two".getBytes(StandardCharsets.UTF_8), from);
    assertThat(socket.sent())
        .extracting(RecordingDatagramTransport.Sent::text)
        .containsExactly("one", "two");
    assertThat(socket.sent().getLast().to()).isEqualTo(from);
    socket.clear();
    assertThat(socket.sent()).isEmpty();
  }

  @Test
  void refusesInTheNameOfThePeer() {
    var protocol = socket.connect(Echoing::new);
    socket.refuse();
    assertThat(protocol.refusals).isEqualTo(1);
    socket.deliver("still here");
    assertThat(socket.sent()).hasSize(1);
  }

  @Test
  void keepsTimeVirtual() {
    socket.bind(Echoing::new);
    assertThat(socket.isClosed()).isFalse();
    socket.clock().advance(ofSeconds(1));
    assertThat(socket.isClosed()).isTrue();
  }

  @Test
  void throwsWhatTheProtocolThrows() {
    socket.bind(Echoing::new);
    assertThatThrownBy(() -> socket.deliver(new byte[101]))
        .isInstanceOf(AssertionError.class)
        .hasRootCauseMessage("too long for me");
    socket.deliver("goes on");
    assertThat(socket.sent()).hasSize(1);
  }

  @Test
  void stallsUntilDrained() {
    socket.bind(Echoing::new);
    socket.stall();
    socket.deliver("one");
    assertThat(socket.sent()).isEmpty();
    socket.drain();
    assertThat(socket.sent()).hasSize(1);
  }
}
