package io.tendril.testing;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies of a carrier of bytes, broken on purpose, are caught within a thousand seeds. */
class BrokenCopiesTest {
  private enum Mistake {
    /** It notices that it waits a moment too late: woken before that, it waits for ever. */
    LOST_WAKE_UP,
    /** The end of one direction is taken for the end of both. */
    MISSED_HALF_CLOSE
  }

  /** Carries what one side sends to the other, at the other's pace. */
  private static final class Carrier implements Protocol {
    private final Transport here;
    private final @Nullable Mistake mistake;
    private Transport there;
    private boolean waiting;

    Carrier(Transport here, @Nullable Mistake mistake) {
      this.here = here;
      this.mistake = mistake;
    }

    void join(Transport other) {
      there = other;
      here.resumeReading();
    }

    @Override
    public void connectionMade() {
      here.pauseReading();
      here.pauseReadingWhenFull(false);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      there.write(data);
      if (there.writable()) {
        return;
      }
      here.pauseReading();
      if (mistake == Mistake.LOST_WAKE_UP) {
        there.onWritable(this::goOn);
        var _ = here.reactor().callLater(ofMillis(5), () -> waiting = true);
      } else {
        waiting = true;
        there.onWritable(this::goOn);
      }
    }

    private void goOn() {
      if (waiting) {
        waiting = false;
        here.resumeReading();
      }
    }

    @Override
    public boolean endReceived() {
      if (mistake == Mistake.MISSED_HALF_CLOSE) {
        there.loseConnection();
        return false;
      }
      there.shutdownOutput();
      return true;
    }
  }

  /** Sends much, ends, and hears all of it again. */
  private static final class Talker implements Protocol {
    private static final int LENGTH = 400_000;
    private final Transport transport;
    private int heard;

    Talker(Transport transport) {
      this.transport = transport;
      transport.pauseReadingWhenFull(false);
    }

    @Override
    public void connectionMade() {
      transport.write(new byte[LENGTH]);
      transport.shutdownOutput();
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      heard += data.remaining();
      data.position(data.limit());
    }
  }

  private record Mirror(Transport transport) implements Protocol {
    @Override
    public void connectionMade() {
      transport.pauseReadingWhenFull(false);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      transport.write(data);
    }

    @Override
    public boolean endReceived() {
      transport.shutdownOutput();
      return true;
    }
  }

  private static void carry(Simulation net, @Nullable Mistake mistake) {
    var client = net.host("client");
    var between = net.host("between");
    var server = net.host("server");
    net.link(client, between).latency(ofMillis(1), ofMillis(20)).loss(0.02).stalls();
    net.link(between, server).latency(ofMillis(1), ofMillis(20)).loss(0.02).partitions();
    server.run(reactor -> reactor.listen("tcp:7", Mirror::new));
    between.run(reactor ->
        reactor.listen(
            "tcp:80",
            transport -> {
              var front = new Carrier(transport, mistake);
              var _ =
                  reactor
                      .connect("tcp:server:7", t -> new Carrier(t, mistake))
                      .thenAccept(back -> {
                        back.join(front.here);
                        front.join(back.here);
                      });
              return front;
            }));
    List<Talker> talkers = new ArrayList<>();
    client.run(reactor -> reactor.connect("tcp:between:80", Talker::new).thenAccept(talkers::add));
    net.runFor(ofMinutes(10));
    assertThat(talkers).hasSize(1);
    assertThat(talkers.getFirst().heard).as("all comes back").isEqualTo(Talker.LENGTH);
  }

  @Test
  void theRightOneIsRight() {
    assertThat(Simulation.explore("the carrier", 30, net -> carry(net, null))).contains("LOSS");
  }

  @ParameterizedTest
  @EnumSource
  void aBrokenOneIsCaught(Mistake mistake) {
    assertThatThrownBy(() -> Simulation.explore("the carrier", 1_000, net -> carry(net, mistake)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("[all comes back]")
        .hasMessageContaining("shrunk in");
  }
}
