package io.tendril.testing.direct;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Connection;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Reactor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Libraries that want streams, in the blocking pool, over connections of real sockets. */
@ParameterizedClass
@MethodSource("venues")
class DirectStreamsTest {
  private static final int MUCH = 4 << 20;

  @Parameter Venue venue;

  static List<Venue> venues() {
    return Venue.all().stream().filter(each -> !each.isVirtualTime()).toList();
  }

  private static Reactor reactor(Connection connection) {
    return connection.transport().reactor();
  }

  @Test
  void propertiesAreLoadedAndStored() throws Exception {
    venue.talk(
        server -> {
          var received = new Properties();
          reactor(server)
              .blocking(() -> {
                received.load(server.inputStream());
                return true;
              });
          assertThat(received).containsEntry("name", "Tendril").hasSize(2);
          server.writeLine("loaded");
        },
        client -> {
          var sent = new Properties();
          sent.setProperty("name", "Tendril");
          sent.setProperty("kind", "framework");
          reactor(client)
              .blocking(() -> {
                sent.store(client.outputStream(), "for the server");
                return true;
              });
          client.shutdownOutput();
          assertThat(client.readLine()).isEqualTo("loaded");
        });
  }

  @Test
  void muchIsCompressedAtThePaceOfTheReader() throws Exception {
    venue.talk(
        server ->
            reactor(server)
                .blocking(() -> {
                  var random = new java.util.SplittableRandom(1);
                  byte[] piece = new byte[64 << 10];
                  try (var out = new GZIPOutputStream(server.outputStream())) {
                    for (int sent = 0; sent < MUCH; sent += piece.length) {
                      random.nextBytes(piece);
                      out.write(piece);
                      assertThat(server.transport().outboundBytes()).isLessThan(256 << 10);
                    }
                  }
                  return true;
                }),
        client -> {
          long count =
              reactor(client)
                  .blocking(() -> {
                    try (var in =
                        new GZIPInputStream(new BufferedInputStream(client.inputStream()))) {
                      return in.transferTo(java.io.OutputStream.nullOutputStream());
                    }
                  });
          assertThat(count).isEqualTo(MUCH);
        });
  }

  @Test
  void itTakesNoMoreThanItIsAskedFor() throws Exception {
    venue.talk(
        server -> server.write("onetwothree\r\n"),
        client -> {
          var in = client.inputStream();
          assertThat(reactor(client).blocking(() -> new String(in.readNBytes(3), UTF_8)))
              .isEqualTo("one");
          assertThat((int) reactor(client).blocking(in::read)).isEqualTo('t');
          assertThat(client.readLine()).isEqualTo("wothree");
          assertThat((int) reactor(client).blocking(in::read)).isEqualTo(-1);
          assertThat((int) reactor(client).blocking(() -> in.read(new byte[0]))).isZero();
        });
  }

  @Test
  void theDeadlineIsTheTimeOut() throws Exception {
    venue.talk(
        server -> server.readLine(),
        client -> {
          client.deadline(Duration.ofMillis(20));
          var in = client.inputStream();
          reactor(client)
              .blocking(() -> {
                assertThatThrownBy(in::read)
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("20 ms")
                    .hasCauseInstanceOf(Connection.DeadlinePassed.class);
                return true;
              });
        });
  }

  @Test
  void aLossIsAnIoExceptionWithItsCause() throws Exception {
    venue.talk(
        server -> {
          server.readLine();
          server.transport().abortConnection();
        },
        client -> {
          client.writeLine("go");
          reactor(client)
              .blocking(() -> {
                assertThatThrownBy(client.inputStream()::read)
                    .isExactlyInstanceOf(IOException.class)
                    .hasCauseInstanceOf(ConnectionClosed.Lost.class);
                assertThatThrownBy(() -> client.outputStream().write(1))
                    .hasCauseInstanceOf(ConnectionClosed.Lost.class);
                return true;
              });
        });
  }

  @Test
  void anInterruptEndsTheReadAndLosesNothing() throws Exception {
    var caught = new AtomicReference<Exception>();
    var begun = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    venue.talk(
        server -> {
          assertThat(server.readLine()).isEqualTo("go on");
          server.writeLine("here");
        },
        client -> {
          var reading =
              reactor(client)
                  .deferToThread(() -> {
                    begun.countDown();
                    try {
                      return client.inputStream().read();
                    } catch (InterruptedIOException e) {
                      caught.set(e);
                      return Thread.currentThread().isInterrupted() ? -2 : -3;
                    } finally {
                      over.countDown();
                    }
                  });
          reactor(client).blocking(() -> begun.await(20, TimeUnit.SECONDS));
          reading.cancel();
          assertThatThrownBy(reading::await).isInstanceOf(CancellationException.class);
          assertThat((boolean) reactor(client).blocking(() -> over.await(20, TimeUnit.SECONDS)))
              .isTrue();
          assertThat(caught.get()).isInstanceOf(InterruptedIOException.class);
          client.writeLine("go on");
          assertThat(client.readLine()).isEqualTo("here");
        });
  }

  @Test
  void toCloseEndsAReadInAnotherThreadAndNotTheConnection() throws Exception {
    var begun = new CountDownLatch(1);
    venue.talk(
        server -> {
          assertThat(server.readLine()).isEqualTo("go on");
          server.writeLine("here");
        },
        client -> {
          var in = client.inputStream();
          var reading =
              reactor(client)
                  .deferToThread(() -> {
                    begun.countDown();
                    assertThatThrownBy(in::read)
                        .isExactlyInstanceOf(IOException.class)
                        .hasMessageEndingWith("is closed");
                    return true;
                  });
          reactor(client).blocking(() -> begun.await(20, TimeUnit.SECONDS));
          in.close();
          reading.await();
          reactor(client)
              .blocking(() -> {
                assertThatThrownBy(in::read).hasMessageEndingWith("is closed");
                var out = client.outputStream();
                out.close();
                out.close();
                assertThatThrownBy(() -> out.write(1)).hasMessageEndingWith("is closed");
                return true;
              });
          client.writeLine("go on");
          assertThat(client.readLine()).isEqualTo("here");
        });
  }

  @Test
  void inTheReactorsThreadItIsRefused() throws Exception {
    venue.talk(
        server -> server.readLine(),
        client -> {
          assertThatThrownBy(client.inputStream()::read)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("use it in reactor.blocking(...)");
          assertThatThrownBy(client.outputStream()::flush)
              .isInstanceOf(IllegalStateException.class);
        });
  }

  @Test
  void inVirtualTimeTheReactorWaitsForThePool() throws Exception {
    for (Venue virtual : Venue.all().stream().filter(Venue::isVirtualTime).toList()) {
      virtual.talk(
          server -> server.readLine(),
          client ->
              reactor(client)
                  .blocking(() ->
                      assertThatThrownBy(client.inputStream()::read)
                          .isInstanceOf(IllegalStateException.class)
                          .hasMessageContaining("would wait for itself")));
    }
  }
}
