package io.tendril.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Both ends past their high marks, and each with its reading paused for it: what docs/guide says of
 * an echo and a client that writes all before it reads.
 */
class EchoOfMuchTest {
  private static final int MUCH = 4 << 20;

  private final MemoryNetwork network = new MemoryNetwork();
  private final TestClock clock = network.clock();
  private Writer client;

  /** Writes all that it has at once, and counts what comes back. */
  private static final class Writer implements Protocol {
    final Transport transport;
    long echoed;
    @Nullable ConnectionClosed lost;

    Writer(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      echoed += data.remaining();
      data.position(data.limit());
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      lost = reason;
    }
  }

  @BeforeEach
  void connect() {
    var echo = network.host("echo");
    echo.run(reactor ->
        reactor.listen("tcp:7", Protocol.onData((transport, data) -> transport.write(data))));
    network
        .host("client")
        .run(reactor -> reactor.connect("tcp:echo:7", Writer::new).thenAccept(it -> client = it));
    clock.runUntil(() -> client != null, Duration.ofSeconds(10));
  }

  @AfterEach
  void close() {
    clock.close();
  }

  @Test
  void waitsForItselfAndIsClosed() {
    write();
    clock.advance(Duration.ofSeconds(29));
    assertThat(client.echoed).isLessThan(MUCH);
    assertThat(client.lost).isNull();
    clock.advance(Duration.ofSeconds(2));
    assertThat(client.lost).isInstanceOf(ConnectionClosed.TimedOut.class);
    assertThat(client.echoed).isLessThan(MUCH);
  }

  @Test
  void flowsWhereTheClientReadsOn() {
    client.transport.pauseReadingWhenFull(false);
    write();
    clock.advance(Duration.ofSeconds(29));
    assertThat(client.echoed).isEqualTo(MUCH);
    assertThat(client.lost).isNull();
  }

  private void write() {
    client.transport.reactor().execute(() -> client.transport.write(new byte[MUCH]));
  }
}
