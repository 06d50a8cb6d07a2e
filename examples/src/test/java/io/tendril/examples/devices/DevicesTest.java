package io.tendril.examples.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectFailed;
import io.tendril.core.Deferred;
import io.tendril.core.DeferredQueue;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.Transport;
import io.tendril.spi.Engines;
import io.tendril.testing.OpenDescriptors;
import io.tendril.testing.Program;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The devices, each against the kernel's own. */
@EnabledOnOs(OS.LINUX)
class DevicesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final OpenDescriptors before = OpenDescriptors.now();
  private final Reactor reactor =
      Reactor.create(ReactorOptions.defaults().withEngine(Engines.linux()).withDebug(true)).start();

  @TempDir Path directory;

  private <T> T within(Callable<? extends Deferred<T>> call) throws Exception {
    return reactor.blockingCall(call, PATIENCE);
  }

  @AfterEach
  void end() throws Exception {
    reactor.stop();
    reactor.awaitStopped(PATIENCE);
    before.assertNoMore();
  }

  @Test
  void aDirectoryIsWatched() throws Exception {
    var changes = within(() -> Deferred.succeeded(new DeferredQueue<String>()));
    var watch =
        within(() ->
            DirectoryWatch.open(
                reactor, directory, (change, name) -> changes.put(change + " " + name)));
    Path file = directory.resolve("a name");
    Files.writeString(file, "x");
    assertThat(within(changes::get)).isEqualTo("CREATED a name");
    assertThat(within(changes::get)).isEqualTo("CHANGED a name");
    Files.delete(file);
    assertThat(within(changes::get)).isEqualTo("DELETED a name");
    within(() -> {
      watch.close();
      return Deferred.done();
    });
  }

  @Test
  void aDirectoryThatIsNotThereCannotBeWatched() {
    assertThatThrownBy(() ->
            within(() ->
                DirectoryWatch.open(reactor, directory.resolve("none"), (change, name) -> {})))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none has failed with error 2");
  }

  @Test
  void aTimerOfTheKernelsTicks() throws Exception {
    long ticks =
        within(() -> {
          Promise<Long> third = reactor.promise();
          long[] sum = {0};
          KernelTimer[] timer = new KernelTimer[1];
          timer[0] =
              KernelTimer.every(
                  reactor,
                  Duration.ofMillis(3),
                  count -> {
                    sum[0] += count;
                    if (sum[0] >= 3) {
                      timer[0].close();
                      third.succeed(sum[0]);
                    }
                  });
          return third.deferred();
        });
    assertThat(ticks).isGreaterThanOrEqualTo(3);
  }

  @Test
  void aSerialLineIsAConnection() throws Exception {
    Path ours = directory.resolve("ours");
    Path theirs = directory.resolve("theirs");
    try (var socat =
        Program.named("socat")
            .start("-d", "-d", "pty,raw,echo=0,link=" + ours, "pty,raw,echo=0,link=" + theirs)) {
      socat.awaitOutput("starting data transfer loop");
      var line =
          within(() ->
              reactor.connect(new SerialEndpoint(ours, SerialEndpoint.Speed.B9600), Line::new));
      within(() -> {
        line.transport.write(ByteBuffer.wrap(new byte[] {'a', '\r', 3, (byte) 0xff, '\n'}));
        return Deferred.done();
      });
      var read = Program.named("head").reading(theirs).run("-c", "5").succeeded();
      assertThat(read.getBytes(StandardCharsets.ISO_8859_1))
          .containsExactly('a', '\r', 3, 0xff, '\n');
      Program.named("sh").run("-c", "printf 'pong\\r' > " + theirs).succeeded();
      assertThat(within(() -> line.heard(5))).isEqualTo("pong\r");
    }
  }

  @Test
  void aDeviceThatIsNotThereCannotBeConnectedTo() {
    var endpoint = new SerialEndpoint(directory.resolve("none"), SerialEndpoint.Speed.B115200);
    assertThatThrownBy(() -> within(() -> reactor.connect(endpoint, Line::new)))
        .isInstanceOf(ConnectFailed.class)
        .hasMessageContaining("error 2");
  }

  /** Remembers what it hears. */
  private static final class Line implements Protocol {
    private final Transport transport;
    private final StringBuilder text = new StringBuilder();
    private int wanted;
    private Promise<String> promise;

    Line(Transport transport) {
      this.transport = transport;
    }

    Deferred<String> heard(int count) {
      wanted = count;
      promise = transport.reactor().promise();
      look();
      return promise.deferred();
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      text.append(StandardCharsets.ISO_8859_1.decode(data));
      look();
    }

    private void look() {
      if (promise != null && !promise.isDone() && text.length() >= wanted) {
        promise.succeed(text.toString());
      }
    }
  }
}
