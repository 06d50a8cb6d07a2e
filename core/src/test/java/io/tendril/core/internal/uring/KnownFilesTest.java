package io.tendril.core.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.spi.Engine;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Sockets whose files the ring keeps in a table of its own: they are let go of all the same. */
@EnabledOnOs(OS.LINUX)
class KnownFilesTest {
  private static final int SIZE = 100;

  /** A connection that has sent so much that its file is known. */
  private static Socket busy(RingFixture rig) throws IOException {
    Socket peer = rig.dial();
    say(rig, peer, rig.end(), KnownFiles.MESSAGES + 2);
    return peer;
  }

  private static void say(RingFixture rig, Socket peer, RingFixture.End end, int times)
      throws IOException {
    for (int i = 0; i < times; i++) {
      end.write(new byte[SIZE]);
      rig.turn(1);
      assertThat(peer.getInputStream().readNBytes(SIZE)).hasSize(SIZE);
    }
  }

  private static boolean isKnown(Engine.StreamSocket socket) {
    return ((UringStream) socket).isKnown();
  }

  private static RingFixture rig() throws IOException {
    var rig = new RingFixture();
    if (!rig.engine.files.hasPlace(0)) {
      rig.close();
    }
    assumeTrue(rig.engine.files.hasPlace(0), "the kernel's tables of files do not do");
    return rig;
  }

  private static long descriptors() throws IOException {
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  @Test
  void theFileOfABusyConnectionIsKnown() throws Exception {
    try (var rig = rig();
        Socket peer = rig.dial()) {
      RingFixture.End end = rig.end();
      say(rig, peer, end, 1);
      assertThat(isKnown(end.socket)).isFalse();
      say(rig, peer, end, KnownFiles.MESSAGES + 1);
      assertThat(isKnown(end.socket)).isTrue();
      say(rig, peer, end, 3);
    }
  }

  @Test
  void thePeerSeesTheEndOfACloseAndTheResetOfAnAbort() throws Exception {
    try (var rig = rig()) {
      long before = descriptors();
      for (boolean reading : new boolean[] {true, false}) {
        try (Socket peer = busy(rig)) {
          rig.ends.getLast().socket.interest(reading, false);
          rig.turn(1);
          rig.ends.getLast().socket.close();
          rig.turn(1);
          assertThat(peer.getInputStream().read()).isEqualTo(-1);
        }
        try (Socket peer = busy(rig)) {
          rig.ends.getLast().socket.interest(reading, false);
          rig.turn(1);
          rig.ends.getLast().socket.abort();
          rig.turn(1);
          assertThatThrownBy(() -> peer.getInputStream().read())
              .isInstanceOf(SocketException.class)
              .hasMessageContaining("reset");
        }
      }
      assertThat(descriptors()).isEqualTo(before + 1); // the listener's
    }
  }

  @Test
  void aNumberThatIsUsedAgainIsTheNewConnections() throws Exception {
    try (var rig = rig()) {
      for (int i = 0; i < 20; i++) {
        try (Socket peer = busy(rig)) {
          peer.getOutputStream().write(i);
          RingFixture.End end = rig.ends.getLast();
          rig.until("it is read", () -> end.read.size() == 1);
          end.write(new byte[] {(byte) i});
          rig.turn(1);
          assertThat(peer.getInputStream().read()).isEqualTo(i);
          end.socket.close(); // its number is the next one's when the ring has let go of it
          rig.turn(i % 3);
        }
      }
    }
  }

  @Test
  void anEngineThatIsClosedLetsGoOfThem() throws Exception {
    new RingFixture().close(); // what is loaded once
    long before = descriptors();
    for (boolean closed : new boolean[] {true, false}) {
      RingFixture rig = rig();
      try (Socket peer = busy(rig)) {
        if (closed) {
          rig.ends.getLast().socket.close();
        }
        rig.close();
        assertThat(peer.getInputStream().read()).isEqualTo(-1);
      }
    }
    assertThat(descriptors()).isEqualTo(before);
  }

  @Test
  void aNewRingLearnsThemAnew() throws Exception {
    try (var rig = rig();
        Socket peer = busy(rig)) {
      RingFixture.End end = rig.ends.getLast();
      assertThat(isKnown(end.socket)).isTrue();
      var task =
          new FutureTask<Void>(() -> {
            end.write(new byte[SIZE]);
            rig.turn(1);
            assertThat(isKnown(end.socket)).isFalse();
            rig.turn(1);
            assertThat(peer.getInputStream().readNBytes(SIZE)).hasSize(SIZE);
            say(rig, peer, end, KnownFiles.MESSAGES + 2);
            assertThat(isKnown(end.socket)).isTrue();
            return null;
          });
      Thread.ofPlatform().start(task);
      task.get(30, TimeUnit.SECONDS);
    }
  }
}
