package io.tendril.testing.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.TcpServerEndpoint;
import io.tendril.core.endpoint.TlsServerEndpoint;
import io.tendril.core.tls.TlsOptions;
import io.tendril.testing.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code openssl s_client} can ask for in mid-stream, by a letter at the beginning of what it
 * reads at once. It takes the rest of that for part of the command, so lines must not meet.
 */
@Tag("interop")
@ParameterizedClass
@ValueSource(strings = {"JDK", "BoringSSL"})
class OpenSslTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Certificates certificates;
  @TempDir private Path directory;
  private final BlockingQueue<ConnectionClosed> ends = new ArrayBlockingQueue<>(10);

  OpenSslTest(String engine) {
    certificates = Certificates.on(engine);
  }

  /** Says everything back. */
  private final class Echo extends Talker {
    Echo(Transport transport) {
      super(transport, null);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      transport.write(data);
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      ends.add(reason);
    }
  }

  /** A client that types one line after the other, each when the one before has had its effect. */
  private int typed(String version, String... linesAndEffects) throws Exception {
    Program.named("openssl");
    Reactor reactor = Reactor.create().start();
    Path printed = directory.resolve("printed");
    try {
      int port =
          reactor.blockingCall(
              () ->
                  TlsServerEndpoint.over(
                          TcpServerEndpoint.port(0).on("127.0.0.1"), certificates.server())
                      .listen(reactor, Echo::new)
                      .thenApply(Listener::port),
              PATIENCE);
      Process client =
          new ProcessBuilder("openssl", "s_client", version, "-connect", "127.0.0.1:" + port)
              .redirectErrorStream(true)
              .redirectOutput(printed.toFile())
              .start();
      try (OutputStream keys = client.getOutputStream()) {
        int seen =
            await(client, printed, "\n---\n", await(client, printed, "Verify return code", 0));
        for (int i = 0; i < linesAndEffects.length; i += 2) {
          keys.write((linesAndEffects[i] + "\n").getBytes(StandardCharsets.US_ASCII));
          keys.flush();
          seen = await(client, printed, linesAndEffects[i + 1], seen);
        }
        assertThat(client.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        return client.exitValue();
      } finally {
        client.destroyForcibly();
      }
    } finally {
      reactor.stop();
      reactor.awaitStopped(PATIENCE);
    }
  }

  /** Waits until something has been printed behind what was seen before: where that ends. */
  private static int await(Process client, Path printed, String part, int from)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      String text = Files.readString(printed, StandardCharsets.ISO_8859_1);
      int at = text.indexOf(part, from);
      if (at >= 0) {
        return at + part.length();
      }
      assertThat(System.nanoTime()).as("never '" + part + "' in " + text).isLessThan(end);
      client.waitFor(5, TimeUnit.MILLISECONDS);
    }
  }

  @Test
  void aRenegotiationIsRefused() throws Exception {
    int status = typed("-tls1_2", "before", "before\n", "R", "RENEGOTIATING");
    assertThat(status).as("it was told by a fatal alert").isEqualTo(1);
    ConnectionClosed reason = ends.poll(60, TimeUnit.SECONDS);
    assertThat(reason)
        .isInstanceOf(ConnectionClosed.TlsFailed.class)
        .hasMessageContaining("asks for a renegotiation, which is refused");
  }

  /** k is for the client's keys, K for both sides' (RFC 8446, section 4.6.3). */
  @Test
  void keysMayBeUpdated() throws Exception {
    String[] lines = {
      "a",
      "a\n",
      "k",
      "KEYUPDATE\n",
      "b",
      "b\n",
      "K",
      "KEYUPDATE\n",
      "c",
      "c\n",
      "K",
      "KEYUPDATE\n",
      "K",
      "KEYUPDATE\n",
      "d",
      "d\n",
      "Q",
      "DONE\n"
    };
    assertThat(typed("-tls1_3", lines)).isZero();
    assertThat(ends.poll(60, TimeUnit.SECONDS)).isInstanceOf(ConnectionClosed.Done.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void aSessionIsGoodForADay(String version) throws Exception {
    assertThat(typed(version, "a", "a\n", "Q", "DONE\n")).isZero();
    String printed = Files.readString(directory.resolve("printed"), StandardCharsets.ISO_8859_1);
    Matcher hint = Pattern.compile("lifetime hint: (\\d+) \\(seconds\\)").matcher(printed);
    assertThat(hint.find()).as(printed).isTrue();
    long day = TlsOptions.SESSION_TIME.toSeconds();
    // What has passed of it since the session began is not in the ticket any more.
    assertThat(Long.parseLong(hint.group(1))).isBetween(day - 60, day);
  }
}
