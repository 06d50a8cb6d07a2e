package io.tendril.testing.unix;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.spi.EngineFactory;
import io.tendril.testing.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** UNIX sockets with real programs at the other end. */
@Tag("interop")
@EnabledOnOs(OS.LINUX)
@ParameterizedClass
@MethodSource("engines")
class UnixPeersTest extends UnixFixture {
  UnixPeersTest(EngineFactory engine) {
    super(engine);
  }

  private Path input() throws Exception {
    return Files.writeString(directory.resolve("input"), "hello\n".repeat(20_000));
  }

  @Test
  void netcatIsAnswered() throws Exception {
    listen(":mode=0600");
    var nc = Program.named("nc").reading(input());
    assertThat(nc.run("-U", "-N", "" + path()).succeeded()).isEqualTo("hello\n".repeat(20_000));
  }

  @Test
  void socatIsAnswered() throws Exception {
    listen("");
    var socat = Program.named("socat").reading(input());
    assertThat(socat.run("-t", "20", "-", "UNIX-CONNECT:" + path()).succeeded())
        .isEqualTo("hello\n".repeat(20_000));
  }

  @Test
  void socatAnswers() throws Exception {
    try (var socat =
        Program.named("socat").start("-d", "-d", "UNIX-LISTEN:" + path() + ",fork", "PIPE")) {
      socat.awaitOutput("listening on");
      assertThat(ask("unix:" + path())).endsWith(" of unix:" + path());
    }
  }
}
