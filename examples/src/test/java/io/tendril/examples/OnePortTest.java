package io.tendril.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.tls.CertificateAuthority;
import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsOptions;
import io.tendril.testing.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example, as curl finds it, GnuTLS, and netcat. */
@Tag("interop")
class OnePortTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  private final CertificateAuthority authority = CertificateAuthority.create("test", Instant.now());
  private final TlsOptions options = TlsOptions.server(authority.issue("localhost"));

  /** What a program says of the port, which stands for {@code PORT} in its arguments. */
  private String say(Program program, String... arguments) throws Exception {
    return Reactor.runUntil(reactor ->
        OnePort.listen(reactor, "tcp:0:interface=127.0.0.1", options)
            .thenCompose(listener -> {
              for (int i = 0; i < arguments.length; i++) {
                arguments[i] = arguments[i].replace("PORT", "" + listener.port());
              }
              Deferred<Program.Output> output = reactor.deferToThread(() -> program.run(arguments));
              return output.thenApply(ended -> ended.all().replace("" + listener.port(), "PORT"));
            })
            .orTimeout(PATIENCE));
  }

  private String trusted() throws Exception {
    return "" + Files.writeString(directory.resolve("ca.pem"), Pem.write(authority.certificate()));
  }

  @Test
  void speaksHttps() throws Exception {
    String url = "https://localhost:PORT/";
    assertThat(say(Program.named("curl"), "-sS", "-i", "--cacert", trusted(), url))
        .startsWith("HTTP/1.1 200 OK")
        .contains("Strict-Transport-Security: max-age=31536000")
        .endsWith("Hello over TLS\n");
  }

  @Test
  void sendsHttpThere() throws Exception {
    assertThat(say(Program.named("curl"), "-sS", "-i", "http://localhost:PORT/a?b"))
        .startsWith("HTTP/1.1 308 Permanent Redirect")
        .contains("Location: https://localhost:PORT/a?b");
    assertThat(
            say(
                Program.named("curl"),
                "-sS",
                "-L",
                "--cacert",
                trusted(),
                "http://localhost:PORT/"))
        .isEqualTo("Hello over TLS\n");
  }

  @Test
  void speaksLines() throws Exception {
    Path words = Files.writeString(directory.resolve("words"), "hello\r\n");
    assertThat(say(Program.named("nc").reading(words), "-N", "127.0.0.1", "PORT"))
        .isEqualTo("HELLO\r\n");
  }
}
