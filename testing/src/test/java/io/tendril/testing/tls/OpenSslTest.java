package io.tendril.testing.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.TcpServerEndpoint;
import io.tendril.core.endpoint.TlsServerEndpoint;
import io.tendril.testing.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code openssl s_client} can ask for in mid-stream: its letter R. */
@Tag("interop")
class OpenSslTest {
  private static final Certificates JDK = Certificates.on("JDK");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;
  private final BlockingQueue<ConnectionClosed> ends = new ArrayBlockingQueue<>(10);

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
  private String typed(String version, String... linesAndEffects) throws Exception {
    Program.named("openssl");
    Reactor reactor = Reactor.create().start();
    Path printed = directory.resolve("printed");
    try {
      int port =
          reactor.blockingCall(
              () ->
                  TlsServerEndpoint.over(TcpServerEndpoint.port(0).on("127.0.0.1"), JDK.server())
                      .listen(reactor, Echo::new)
                      .thenApply(Listener::port),
              PATIENCE);
      Process client =
          new ProcessBuilder("openssl", "s_client", version, "-connect", "127.0.0.1:" + port)
              .redirectErrorStream(true)
              .redirectOutput(printed.toFile())
              .start();
      try (OutputStream keys = client.getOutputStream()) {
        await(client, printed, "Verify return code");
        for (int i = 0; i < linesAndEffects.length; i += 2) {
          keys.write((linesAndEffects[i] + "\n").getBytes(StandardCharsets.US_ASCII));
          keys.flush();
          await(client, printed, linesAndEffects[i + 1]);
        }
      } finally {
        client.destroyForcibly();
        client.waitFor(20, TimeUnit.SECONDS);
      }
      return Files.readString(printed, StandardCharsets.ISO_8859_1);
    } finally {
      reactor.stop();
      reactor.awaitStopped(PATIENCE);
    }
  }

  private static void await(Process client, Path printed, String... any)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      String text = Files.readString(printed, StandardCharsets.ISO_8859_1);
      if (List.of(any).stream().anyMatch(text::contains)) {
        return;
      }
      client.waitFor(5, TimeUnit.MILLISECONDS);
    }
    assertThat(Files.readString(printed, StandardCharsets.ISO_8859_1)).contains(any);
  }

  @Test
  void aRenegotiationIsRefused() throws Exception {
    typed("-tls1_2", "before", "\nbefore", "R", "RENEGOTIATING");
    ConnectionClosed reason = ends.poll(60, TimeUnit.SECONDS);
    assertThat(reason)
        .isInstanceOf(ConnectionClosed.TlsFailed.class)
        .hasMessageContaining("asks for a renegotiation, which is refused");
  }
}
