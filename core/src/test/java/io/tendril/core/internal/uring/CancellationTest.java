package io.tendril.core.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What is closed while the ring has something to do for it, at each moment that there is. */
@EnabledOnOs(OS.LINUX)
class CancellationTest {
  private static final int STEPS = 12;

  private static long descriptors() throws IOException {
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  /** A conversation, in which something is done to the engine's end before the given step. */
  private static void talk(RingFixture rig, int at, Consumer<RingFixture.End> what)
      throws IOException {
    var step = new int[1];
    try (Socket peer = rig.dial()) {
      RingFixture.End end = rig.end();
      interrupt(step, at, end, what);
      rig.turn(1);
      interrupt(step, at, end, what);
      peer.getOutputStream().write(new byte[10_000]);
      interrupt(step, at, end, what);
      rig.turn(1);
      interrupt(step, at, end, what);
      write(end, 300);
      interrupt(step, at, end, what);
      write(end, 300);
      end.socket.interest(false, true);
      interrupt(step, at, end, what);
      rig.turn(1);
      interrupt(step, at, end, what);
      end.socket.interest(true, true);
      interrupt(step, at, end, what);
      end.socket.interest(false, false);
      rig.turn(1);
      interrupt(step, at, end, what);
      peer.getOutputStream().write(new byte[10_000]);
      end.socket.interest(true, false);
      rig.turn(1);
      interrupt(step, at, end, what);
      peer.shutdownOutput();
      interrupt(step, at, end, what);
      rig.turn(1);
      interrupt(step, at, end, what);
      assertThat(step[0]).isEqualTo(STEPS);
      rig.turn(2);
    } catch (SocketException e) {
      assertThat(at).as(e.getMessage()).isLessThan(STEPS); // the peer of a reset
    }
    rig.ends.forEach(end -> end.socket.close());
    rig.ends.clear();
  }

  private static void interrupt(
      int[] step, int at, RingFixture.End end, Consumer<RingFixture.End> what) {
    if (step[0]++ == at) {
      what.accept(end);
    }
  }

  private static void write(RingFixture.End end, int size) throws IOException {
    try {
      end.write(new byte[size]);
    } catch (java.nio.channels.ClosedChannelException e) {
      // it is what this is about
    }
  }

  private static void everywhere(Consumer<RingFixture.End> what) throws Exception {
    long before;
    try (var rig = new RingFixture()) {
      talk(rig, STEPS, end -> {});
      rig.turn(3);
      before = descriptors();
      for (int at = 0; at < STEPS; at++) {
        talk(rig, at, what);
      }
      rig.turn(3);
      assertThat(descriptors()).isEqualTo(before);
      assertThat(rig.isEmpty()).isTrue();
    }
  }

  @Test
  void aCloseAtEachStepLeavesNothing() throws Exception {
    everywhere(end -> end.socket.close());
  }

  @Test
  void anAbortAtEachStepLeavesNothing() throws Exception {
    everywhere(end -> end.socket.abort());
  }

  @Test
  void anEngineThatIsClosedAtAnyStepTakesAllWithIt() throws Exception {
    new RingFixture().close(); // what is loaded once
    long before = descriptors();
    for (int turns = 0; turns < 4; turns++) {
      try (var rig = new RingFixture()) {
        Socket peer = rig.dial();
        RingFixture.End end = rig.end();
        peer.getOutputStream().write(new byte[10_000]);
        rig.turn(turns);
        end.write(new byte[100]);
        Engine.StreamSocket out =
            rig.engine.connect(rig.address(), SocketSettings.defaults(), (r, w) -> {});
        out.interest(true, true);
        rig.turn(turns / 2);
        out.close();
        peer.close();
      }
    }
    assertThat(descriptors()).isEqualTo(before);
  }

  @Test
  void thePortOfAListenerIsFreeWhenItIsClosed() throws Exception {
    try (var rig = new RingFixture()) {
      InetSocketAddress address = rig.address();
      for (int i = 0; i < 10; i++) {
        rig.turn(i % 3);
        rig.listen().close();
        var again =
            rig.engine.listen(
                address,
                SocketSettings.defaults().with().reuseAddress(false).build(),
                (readable, writable) -> {});
        again.interest(true, false);
        rig.turn(i % 2);
        again.close();
      }
    }
  }

  @Test
  void aConnectionThatNobodyTookIsResetWithItsListener() throws Exception {
    try (var rig = new RingFixture()) {
      var listener =
          rig.engine.listen(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
              SocketSettings.defaults(),
              (readable, writable) -> {});
      listener.interest(true, false);
      rig.turn(1);
      var address = (InetSocketAddress) listener.local();
      try (var peer = new Socket(address.getAddress(), address.getPort())) {
        peer.setSoTimeout(20_000);
        rig.turn(2);
        listener.close();
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> peer.getInputStream().read())
            .isInstanceOf(SocketException.class)
            .hasMessageContaining("reset");
      }
    }
  }
}
