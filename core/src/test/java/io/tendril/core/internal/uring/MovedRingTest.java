package io.tendril.core.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** An engine that is used in one thread after the other, each of which waits. */
@EnabledOnOs(OS.LINUX)
class MovedRingTest {
  @FunctionalInterface
  private interface Work {
    void run() throws Exception;
  }

  private static void elsewhere(Work work) throws Exception {
    var task =
        new FutureTask<Void>(() -> {
          work.run();
          return null;
        });
    Thread.ofPlatform().start(task);
    task.get(30, TimeUnit.SECONDS);
  }

  @Test
  void whatOneThreadBeganTheNextGoesOnWith() throws Exception {
    try (var rig = new RingFixture()) {
      Socket peer = rig.dial();
      RingFixture.End end = rig.end();
      for (int i = 1; i <= 5; i++) {
        int sum = i * 20_000;
        peer.getOutputStream().write(new byte[10_000]);
        end.write(new byte[500]); // is not sent yet
        rig.turn(i % 2);
        peer.getOutputStream().write(new byte[10_000]);
        elsewhere(() -> rig.until("all is read", () -> end.read.size() == sum));
        assertThat(peer.getInputStream().readNBytes(500)).hasSize(500);
      }
      elsewhere(() -> {
        try (Socket another = rig.dial()) {
          another.getOutputStream().write(7);
          RingFixture.End its = rig.end();
          rig.until("it is read", () -> its.read.size() == 1);
        }
      });
      rig.until("its end is read", () -> rig.ends.getLast().ended);
      assertThat(rig.isEmpty()).isTrue();
      peer.close();
    }
  }

  @Test
  void anEngineThatNeverWaitedMayBeClosedAnywhere() throws Exception {
    var rig = new RingFixture();
    rig.listen();
    elsewhere(rig::close);
  }

  @Test
  void whatIsClosedInOneThreadIsLetGoOfInAnother() throws Exception {
    try (var rig = new RingFixture()) {
      Socket peer = rig.dial();
      RingFixture.End end = rig.end();
      rig.turn(2);
      end.socket.close();
      elsewhere(() -> rig.turn(2));
      assertThat(peer.getInputStream().read()).isEqualTo(-1);
      peer.close();
    }
  }
}
