package io.tendril.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.testing.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class RehearsalTest {
  private static Program.Output rehearse(String... arguments) throws Exception {
    List<String> words = new ArrayList<>(RealServer.java());
    words.set(words.size() - 1, Rehearsal.class.getName());
    words.addAll(List.of(arguments));
    return Program.named(words.getFirst())
        .run(words.subList(1, words.size()).toArray(String[]::new));
  }

  @Test
  void aServerEndsInOrderWhenItServes(@TempDir Path directory) throws Exception {
    Program.Output output =
        rehearse("web", "--path", "" + directory, "--listen", "tcp:0:interface=127.0.0.1");
    assertThat(output.all()).isEmpty();
    assertThat(output.status()).isZero();
  }

  @Test
  void oneThatCannotServeFails(@TempDir Path directory) throws Exception {
    assertThat(rehearse("web", "--path", "" + directory.resolve("none")).status()).isEqualTo(1);
  }
}
