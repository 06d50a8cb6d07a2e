package io.tendril.testing.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Connection;
import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.testing.MemoryNetwork;
import io.tendril.testing.TestClock;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Libraries that want streams, over a network in memory: in a thread of the test's own, while
 * another drives the reactors.
 */
class StreamsInMemoryTest {
  private static final int MUCH = 1 << 20;

  /** More rounds, of a millisecond at the most, than anything here takes. */
  private static final int ROUNDS = 60_000;

  private final MemoryNetwork network = new MemoryNetwork();
  private final TestClock clock = network.clock();
  private Connection client;

  /** What a library does with a connection. */
  @FunctionalInterface
  private interface Use {
    void of(Connection connection) throws Exception;
  }

  @AfterEach
  void close() {
    clock.close();
  }

  private void connect(Protocol.Conversation server) {
    network.host("server").run(reactor -> reactor.listen("tcp:7", Protocol.direct(server)));
    network
        .host("client")
        .run(reactor -> reactor.connect("tcp:server:7").thenAccept(it -> client = it));
    clock.runUntil(() -> client != null, Duration.ofSeconds(10));
  }

  /** Lets a thread use the client's connection, and drives the reactors until it has. */
  private void using(Duration round, Use use) throws Exception {
    var thrown = new AtomicReference<Throwable>();
    var over = new CountDownLatch(1);
    Thread.ofPlatform()
        .daemon()
        .name("a library")
        .start(() -> {
          try {
            use.of(client);
          } catch (Throwable e) {
            thrown.set(e);
          } finally {
            over.countDown();
          }
        });
    for (int i = 0; !over.await(1, TimeUnit.MILLISECONDS); i++) {
      assertThat(i).as("rounds").isLessThan(ROUNDS);
      clock.advance(round);
    }
    assertThat(thrown.get()).isNull();
  }

  private static Reactor reactor(Connection connection) {
    return connection.transport().reactor();
  }

  @Test
  void propertiesAreLoadedAndStored() throws Exception {
    connect(server -> {
      for (String line : server.lines()) {
        if (!line.startsWith("#")) {
          server.writeLine(line.toUpperCase(java.util.Locale.ROOT));
        }
      }
    });
    var received = new Properties();
    using(
        Duration.ZERO,
        connection -> {
          var sent = new Properties();
          sent.setProperty("name", "Tendril");
          sent.store(connection.outputStream(), null);
          reactor(connection).execute(connection::shutdownOutput);
          received.load(connection.inputStream());
        });
    assertThat(received).containsEntry("NAME", "TENDRIL").hasSize(1);
  }

  @Test
  void muchComesThroughCompressed() throws Exception {
    connect(server -> {
      while (server.read() instanceof java.nio.ByteBuffer bytes) {
        server.write(bytes);
      }
    });
    long[] count = {0};
    using(
        Duration.ZERO,
        connection -> {
          Thread writer =
              Thread.ofPlatform()
                  .start(() -> {
                    var random = new java.util.SplittableRandom(1);
                    byte[] piece = new byte[64 << 10];
                    try (var out = new GZIPOutputStream(connection.outputStream(), 8192)) {
                      for (int sent = 0; sent < MUCH; sent += piece.length) {
                        random.nextBytes(piece);
                        out.write(piece);
                      }
                    } catch (IOException e) {
                      throw new AssertionError(e);
                    }
                    reactor(connection).execute(connection::shutdownOutput);
                  });
          try (var in = new GZIPInputStream(connection.inputStream(), 8192)) {
            count[0] = in.transferTo(java.io.OutputStream.nullOutputStream());
          }
          writer.join();
        });
    assertThat(count[0]).isEqualTo(MUCH);
  }

  @Test
  void theDeadlineIsOneOfVirtualTime() throws Exception {
    connect(server -> server.readLine());
    client.deadline(Duration.ofMinutes(10));
    using(
        Duration.ofMinutes(1),
        connection ->
            assertThatThrownBy(connection.inputStream()::read)
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("600"));
    assertThat(clock.nanoTime()).isGreaterThanOrEqualTo(Duration.ofMinutes(10).toNanos());
  }

  /** In a pool of any host: the whole network stands still for it. */
  @Test
  void onThePoolBothStreamsAndBlockingCallsAreRefused() throws Exception {
    connect(server -> server.readLine());
    var seen = new AtomicReference<Object>();
    network
        .host("elsewhere")
        .run(reactor ->
            reactor.deferToThread(() -> {
              assertThatThrownBy(client.inputStream()::read)
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("would wait for itself");
              assertThatThrownBy(() -> reactor.blockingCall(Deferred::done, Duration.ofDays(1)))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("would wait for itself");
              seen.set("refused");
              return true;
            }));
    clock.runCurrent();
    assertThat(seen).hasValue("refused");
  }
}
