package io.tendril.core.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Where much comes it is read from the socket itself, in order, and only as long as much comes. */
@EnabledOnOs(OS.LINUX)
class MuchInputTest {
  private static final int SIZE = 200_000;
  private static final int PIECES = 10;

  private static byte[] content(int seed) {
    var content = new byte[SIZE];
    new Random(seed).nextBytes(content);
    return content;
  }

  private static boolean isMuch(RingFixture.End end) {
    return ((UringStream) end.socket).isMuch();
  }

  /** Sends pieces from another thread, since they may not fit into what the kernel has room for. */
  private static Thread send(Socket peer, boolean ends) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            for (int i = 0; i < PIECES; i++) {
              peer.getOutputStream().write(content(i));
            }
            if (ends) {
              peer.shutdownOutput();
            }
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  private static void check(RingFixture.End end) {
    byte[] read = end.read.toByteArray();
    for (int i = 0; i < PIECES; i++) {
      assertThat(java.util.Arrays.copyOfRange(read, i * SIZE, (i + 1) * SIZE))
          .isEqualTo(content(i));
    }
  }

  @Test
  void itComesInOrderAndItsEndBehindIt() throws Exception {
    try (var rig = new RingFixture();
        Socket peer = rig.dial()) {
      RingFixture.End end = rig.end();
      Thread sender = send(peer, true);
      rig.until("the end is read", () -> end.ended);
      sender.join();
      assertThat(end.read.size()).isEqualTo(SIZE * PIECES);
      check(end);
      assertThat(rig.isEmpty()).isTrue();
    }
  }

  @Test
  void theRingReceivesAgainWhenLittleComes() throws Exception {
    try (var rig = new RingFixture();
        Socket peer = rig.dial()) {
      RingFixture.End end = rig.end();
      peer.getOutputStream().write(content(0));
      rig.until("it is known that much comes", () -> isMuch(end));
      rig.until("it is read", () -> end.read.size() == SIZE);
      for (int i = 1; i <= 3; i++) {
        int sum = SIZE + i;
        peer.getOutputStream().write(i);
        rig.until("more is read", () -> end.read.size() == sum);
      }
      assertThat(isMuch(end)).isFalse();
    }
  }

  @Test
  void nothingIsToldOfWhileNobodyWantsIt() throws Exception {
    try (var rig = new RingFixture();
        Socket peer = rig.dial()) {
      RingFixture.End end = rig.end();
      Thread sender = send(peer, true);
      for (int i = 1; !end.ended; i++) {
        int least = Math.min(i * SIZE / 2, SIZE * PIECES);
        rig.until("some is read", () -> end.read.size() >= least || end.ended);
        end.socket.interest(false, false);
        int before = end.read.size();
        rig.turn(3);
        assertThat(end.read.size()).isEqualTo(before);
        end.socket.interest(true, false);
        rig.turn(1);
      }
      sender.join();
      assertThat(end.read.size()).isEqualTo(SIZE * PIECES);
      check(end);
    }
  }

  @Test
  void aCloseInTheMiddleLeavesNothing() throws Exception {
    try (var rig = new RingFixture()) {
      for (int turns = 0; turns < 6; turns++) {
        try (Socket peer = rig.dial()) {
          RingFixture.End end = rig.end();
          peer.getOutputStream().write(content(0));
          rig.until("it is known that much comes", () -> isMuch(end));
          rig.turn(turns);
          end.socket.close();
          rig.turn(2);
          assertThat(rig.isEmpty()).isTrue();
        }
      }
    }
  }
}
