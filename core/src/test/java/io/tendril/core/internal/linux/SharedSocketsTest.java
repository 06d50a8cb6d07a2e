package io.tendril.core.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.DatagramCut;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Sockets that somebody else has, too, and datagrams that are longer than expected. */
@EnabledOnOs(OS.LINUX)
class SharedSocketsTest {
  private static final Engine.Ready NOBODY = (readable, writable) -> {};

  private final LinuxEngine engine;
  private final Slab slab = new Slab();

  SharedSocketsTest() throws IOException {
    engine = LinuxEngine.open();
  }

  @AfterEach
  void close() {
    engine.close();
  }

  /** How many events a wait would have now. */
  private int found() {
    int epoll = engine.descriptor().orElseThrow();
    return Libc.look(slab.state, epoll, slab.allocate(Kernel.Layout.EPOLL_EVENT), 1);
  }

  @Test
  void oneThatIsClosedEndsNoWaitThoughAnotherDescriptorHasIt() throws Exception {
    Engine.ListenSocket first =
        engine.listen(new InetSocketAddress("127.0.0.1", 0), SocketSettings.defaults(), NOBODY);
    int original = ((LinuxListenSocket) first).fd();
    int other =
        Errno.check(DescriptorCalls.control(slab.state, original, Kernel.F_DUPFD_CLOEXEC, 0));
    try {
      int port = ((InetSocketAddress) first.local()).getPort();
      first.interest(true, false);
      try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(client.isConnected()).isTrue();
        assertThat(found()).as("it works at all").isEqualTo(1);
        first.close();
        assertThat(found()).isZero();
      }
    } finally {
      Libc.close(slab.state, other);
    }
  }

  /** One that was adopted, whose giver may have it still; of others nobody has a duplicate. */
  @Test
  void aConnectionThatIsClosedEndsNoWaitThoughItsGiverHasIt() throws Exception {
    Engine.ListenSocket listening =
        engine.listen(new InetSocketAddress("127.0.0.1", 0), SocketSettings.defaults(), NOBODY);
    int port = ((InetSocketAddress) listening.local()).getPort();
    try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
      Engine.StreamSocket accepted = listening.accept(SocketSettings.defaults());
      assertThat(accepted).isNotNull();
      int givers = ((LinuxStreamSocket) accepted).fd();
      OwnedDescriptor given = OwnedDescriptor.of(givers).duplicate();
      Engine.StreamSocket adopted =
          engine.descriptors().connected(given, SocketSettings.defaults());
      client.getOutputStream().write(1);
      adopted.interest(true, false);
      long end = System.nanoTime() + 20_000_000_000L;
      while (found() == 0) {
        assertThat(System.nanoTime()).isLessThan(end);
      }
      adopted.close();
      assertThat(found()).isZero();
      accepted.close();
    } finally {
      listening.close();
    }
  }

  @Test
  void aDatagramOfUnixThatDoesNotFitIsNoPiece() throws Exception {
    UnixAddress name = UnixAddress.ofAbstract("tendril-" + ProcessHandle.current().pid());
    var receiver = engine.unixDatagram(name, null, SocketSettings.defaults(), NOBODY);
    var sender = engine.unixDatagram(null, name, SocketSettings.defaults(), NOBODY);
    try {
      assertThat(sender.send(ByteBuffer.allocate(20), null)).isTrue();
      assertThat(sender.send(ByteBuffer.allocate(5), null)).isTrue();
      var into = ByteBuffer.allocate(10);
      assertThatThrownBy(() -> receiver.receive(into))
          .isInstanceOfSatisfying(
              DatagramCut.class,
              cut -> {
                assertThat(cut.length()).isEqualTo(20);
                assertThat(cut.room()).isEqualTo(10);
              });
      assertThat(receiver.receive(into.clear())).isNotNull();
      assertThat(into.position()).isEqualTo(5);
    } finally {
      sender.close();
      receiver.close();
    }
  }
}
