package io.tendril.core.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.spi.DatagramCut;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What a socket does with several datagrams, in one call and in several. */
@EnabledOnOs(OS.LINUX)
class SeveralDatagramsTest {
  private static final InetSocketAddress HERE =
      new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

  private final List<String> arrived = new ArrayList<>();
  private final List<Integer> followed = new ArrayList<>();
  private final ByteBuffer each = ByteBuffer.allocate(64 << 10);
  private LinuxEngine engine;
  private Engine.DatagramSocket receiver;
  private Engine.DatagramSocket sender;

  @BeforeEach
  void open() throws IOException {
    engine = LinuxEngine.open();
    receiver = socket(null);
    sender = socket(null);
  }

  @AfterEach
  void close() {
    receiver.close();
    sender.close();
    engine.close();
  }

  private Engine.DatagramSocket socket(InetSocketAddress peer) throws IOException {
    return engine.datagram(HERE, peer, SocketSettings.defaults(), (_, _) -> {});
  }

  private boolean note(ByteBuffer data, InetSocketAddress from, int more) {
    assertThat(from).isEqualTo(sender.local());
    followed.add(more);
    arrived.add(StandardCharsets.US_ASCII.decode(data.duplicate()).toString());
    return true;
  }

  private int receive(int most) throws IOException {
    return receiver.receive(each, most, this::note);
  }

  private void send(int first, int count, int length) throws IOException {
    var data = new ByteBuffer[count];
    var to = new InetSocketAddress[count];
    for (int i = 0; i < count; i++) {
      data[i] = text("%04d".formatted(first + i) + "x".repeat(length));
      to[i] = (InetSocketAddress) receiver.local();
    }
    assertThat(sender.send(data, to, 0, count)).isEqualTo(Math.min(count, 32));
    for (int i = 0; i < count; i++) {
      assertThat(data[i].hasRemaining()).isEqualTo(i >= 32);
    }
  }

  private static ByteBuffer text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private void assertInOrder() {
    for (int i = 0; i < arrived.size(); i++) {
      assertThat(arrived.get(i)).startsWith("%04d".formatted(i));
    }
  }

  @Test
  void oneIsReceivedByItself() throws IOException {
    assertThat(receive(32)).isZero();
    send(0, 1, 0);
    assertThat(receive(32)).isEqualTo(1);
    assertThat(engine.slab.arrived).as("memory for a backlog").isNull();
  }

  @Test
  void aBacklogIsFoundAndTakenAtOnce() throws IOException {
    send(0, 32, 10);
    send(32, 32, 10);
    assertThat(receive(2)).isEqualTo(2);
    assertThat(engine.slab.arrived).as("memory for a backlog").isNull();
    assertThat(List.of(receive(32), receive(32), receive(32))).containsExactly(32, 30, 0);
    assertThat(engine.slab.arrived).isNotNull();
    assertThat(arrived).hasSize(64);
    assertThat(followed).startsWith(0, 0, 31, 30).endsWith(2, 1, 0);
    assertInOrder();
  }

  @Test
  void noMoreAreTakenThanAreWanted() throws IOException {
    send(0, 32, 10);
    while (arrived.size() < 4) {
      assertThat(receive(1)).isEqualTo(1);
    }
    assertThat(receive(5)).isEqualTo(5);
    assertThat(receive(100)).isEqualTo(23);
    assertInOrder();
  }

  @Test
  void longOnesAreTakenOneByOne() throws IOException {
    for (int i = 0; i < 16; i += 4) {
      send(i, 4, 9_000);
      while (arrived.size() < i + 4) {
        assertThat(receive(32)).isPositive();
      }
    }
    assertThat(engine.slab.arrived).as("memory for a backlog").isNull();
    assertInOrder();
  }

  @Test
  void oneThatIsTooLongIsToldOfAndTheOthersCome() throws IOException {
    engine.slab.arrived = new Arrived(engine.slab, 100);
    send(0, 10, 10);
    while (arrived.size() < 8) {
      assertThat(receive(2)).isPositive();
    }
    send(10, 2, 10);
    send(12, 1, 200);
    send(13, 2, 10);
    assertThatThrownBy(
            () -> {
              while (receive(32) > 0) {
                assertThat(arrived.size()).isLessThan(15);
              }
            })
        .isInstanceOf(DatagramCut.class)
        .hasMessage("a datagram of 204 bytes, and room for 65536");
    assertThat(receive(32)).isZero();
    assertThat(arrived).hasSize(14).noneMatch(text -> text.startsWith("0012"));
  }

  @Test
  void oneThatIsTooLongForTheBufferIsNeverAPiece() throws IOException {
    send(0, 1, 200);
    send(1, 1, 0);
    ByteBuffer small = ByteBuffer.allocate(100);
    assertThatThrownBy(() -> receiver.receive(small))
        .isInstanceOf(DatagramCut.class)
        .hasMessage("a datagram of 204 bytes, and room for 100");
    assertThat(receiver.receive(small.clear())).isEqualTo(sender.local());
    assertThat(small.position()).isEqualTo(4);
  }

  @Test
  void aFailureIsThatOfTheFirstThatIsLeft() throws IOException {
    var here = (InetSocketAddress) receiver.local();
    var everybody = new InetSocketAddress(InetAddress.ofLiteral("255.255.255.255"), 9);
    ByteBuffer[] data = {text("0000"), text("no"), text("0001"), text("0002")};
    InetSocketAddress[] to = {here, everybody, here, here};
    assertThat(sender.send(data, to, 0, 4)).isEqualTo(1);
    assertThatThrownBy(() -> sender.send(data, to, 1, 3)).hasMessage("Permission denied");
    assertThat(sender.send(data, to, 2, 2)).isEqualTo(2);
    while (arrived.size() < 3) {
      assertThat(receive(32)).isPositive();
    }
    assertInOrder();
  }

  @Test
  void aConnectedSocketSendsSeveralToItsPeer() throws IOException {
    sender.close();
    sender = socket((InetSocketAddress) receiver.local());
    ByteBuffer[] data = {text("0000"), text("0001"), text("0002")};
    assertThat(sender.send(data, new InetSocketAddress[3], 0, 3)).isEqualTo(3);
    while (arrived.size() < 3) {
      assertThat(receive(32)).isPositive();
    }
    assertInOrder();
  }
}
