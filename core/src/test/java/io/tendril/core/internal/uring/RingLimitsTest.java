package io.tendril.core.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Rings, buffers and slots of which there are too few for what is asked of them. */
@EnabledOnOs(OS.LINUX)
class RingLimitsTest {
  private static final int PEERS = 100;

  private static byte[] content(int size, long seed) {
    var content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }

  private static List<Socket> dial(RingFixture rig, int count) throws IOException {
    List<Socket> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      peers.add(rig.dial());
      rig.end();
    }
    return peers;
  }

  private static void close(List<Socket> peers) throws IOException {
    for (Socket each : peers) {
      each.close();
    }
  }

  @Test
  void completionsThatFindNoRoomAreTakenLater() throws Exception {
    try (var rig = new RingFixture(new RingSizes(8, 16, 256, 64))) {
      List<Socket> peers = dial(rig, PEERS);
      rig.turn(5);
      for (int i = 0; i < PEERS; i++) {
        peers.get(i).getOutputStream().write(content(100, i));
      }
      rig.until("all is read", () -> rig.ends.stream().allMatch(end -> end.read.size() == 100));
      assertThat(rig.engine.overflows()).isPositive();
      for (int i = 0; i < PEERS; i++) {
        assertThat(rig.ends.get(i).read.toByteArray()).isEqualTo(content(100, i));
      }
      close(peers);
      rig.until("all have ended", () -> rig.ends.stream().allMatch(end -> end.ended));
      assertThat(rig.isEmpty()).isTrue();
    }
  }

  @Test
  void whoFindsNoBufferReceivesWhenThereIsOne() throws Exception {
    try (var rig = new RingFixture(new RingSizes(64, 256, 4, 4))) {
      List<Socket> peers = dial(rig, 20);
      int size = 30_000;
      for (int i = 0; i < peers.size(); i++) {
        peers.get(i).getOutputStream().write(content(size, i));
      }
      rig.until("all is read", () -> rig.ends.stream().allMatch(end -> end.read.size() == size));
      for (int i = 0; i < peers.size(); i++) {
        assertThat(rig.ends.get(i).read.toByteArray()).isEqualTo(content(size, i));
      }
      assertThat(rig.isEmpty()).isTrue();
      close(peers);
    }
  }

  @Test
  void moreBuffersAreUsedOnceTheFewAreNotEnough() throws Exception {
    try (var rig = new RingFixture()) {
      List<Socket> peers = dial(rig, PEERS);
      int few = rig.engine.received.used();
      assertThat(few).isLessThan(PEERS);
      // Each is told, and reads later.
      rig.ends.forEach(end -> end.socket.ready((readable, writable) -> {}));
      for (int i = 0; i < PEERS; i++) {
        peers.get(i).getOutputStream().write(content(100, i));
      }
      rig.until("more are used", () -> rig.engine.received.used() == few * 2);
      rig.ends.forEach(end -> end.socket.ready(end));
      rig.until("all is read", () -> rig.ends.stream().allMatch(end -> end.read.size() == 100));
      for (int i = 0; i < PEERS; i++) {
        assertThat(rig.ends.get(i).read.toByteArray()).isEqualTo(content(100, i));
      }
      assertThat(rig.isEmpty()).isTrue();
      close(peers);
    }
  }

  @Test
  void whoDoesNotReadHoldsNoBuffer() throws Exception {
    try (var rig = new RingFixture(new RingSizes(64, 256, 4, 4))) {
      List<Socket> peers = dial(rig, 20);
      rig.turn(3);
      for (int i = 0; i < peers.size(); i++) {
        peers.get(i).getOutputStream().write(content(1_000, i));
      }
      // Each is told once and does not read, and does not want to any more.
      rig.ends.forEach(
          end -> end.socket.ready((readable, writable) -> end.socket.interest(false, false)));
      rig.turn(20);
      assertThat(rig.engine.received.isComplete()).isTrue();
      rig.ends.forEach(end -> {
        end.socket.ready(end);
        end.socket.interest(true, false);
      });
      rig.until("all is read", () -> rig.ends.stream().allMatch(end -> end.read.size() == 1_000));
      for (int i = 0; i < peers.size(); i++) {
        assertThat(rig.ends.get(i).read.toByteArray()).isEqualTo(content(1_000, i));
      }
      close(peers);
    }
  }

  @Test
  void whoFindsNoSlotSendsAtOnce() throws Exception {
    try (var rig = new RingFixture(new RingSizes(8, 16, 16, 2))) {
      List<Socket> peers = dial(rig, 30);
      for (int i = 0; i < peers.size(); i++) {
        for (int part = 0; part < 3; part++) {
          assertThat(rig.ends.get(i).write(content(700, i * 3 + part))).isEqualTo(700);
        }
      }
      rig.turn(1);
      assertThat(rig.engine.slots.taken()).isZero();
      for (int i = 0; i < peers.size(); i++) {
        for (int part = 0; part < 3; part++) {
          assertThat(peers.get(i).getInputStream().readNBytes(700))
              .isEqualTo(content(700, i * 3 + part));
        }
      }
      close(peers);
    }
  }
}
