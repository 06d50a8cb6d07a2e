package io.tendril.testing.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.process.OtherProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(OS.LINUX)
class OtherProcessTest {
  private static final long PATIENCE = 60;

  /** A shell that says so when it has begun, and how it was signalled. */
  private static Process shell() throws IOException {
    return new ProcessBuilder(
            "sh", "-c", "trap 'echo heard; exit 7' USR2; echo begun; while read line; do :; done")
        .start();
  }

  private static void end(Process process) throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(PATIENCE, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void oneThatCatchesASignalGetsIt() throws Exception {
    Process shell = shell();
    try (BufferedReader said =
            new BufferedReader(
                new InputStreamReader(shell.getInputStream(), StandardCharsets.US_ASCII));
        OtherProcess found = OtherProcess.of(shell.pid())) {
      assertThat(said.readLine()).isEqualTo("begun");
      assertThat(found.catches("USR2")).isTrue();
      assertThat(found.catches("USR1")).isFalse();
      found.signal("USR2");
      assertThat(said.readLine()).isEqualTo("heard");
    } finally {
      end(shell);
    }
  }

  @Test
  void oneThatHasEndedGetsNone() throws Exception {
    Process shell = shell();
    long number = shell.pid();
    try (OtherProcess found = OtherProcess.of(number)) {
      end(shell);
      String there = "there is no process " + number;
      assertThatThrownBy(() -> found.signal("USR2"))
          .isInstanceOf(IOException.class)
          .hasMessage(there);
      assertThatThrownBy(() -> found.catches("USR2"))
          .isInstanceOf(IOException.class)
          .hasMessage(there);
      assertThatThrownBy(() -> OtherProcess.of(number)).hasMessage(there);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Integer.MAX_VALUE, 1L << 32})
  void aNumberThatNoneHasIsSaid(long number) {
    assertThatThrownBy(() -> OtherProcess.of(number))
        .isInstanceOf(IOException.class)
        .hasMessage("there is no process " + number);
  }

  @Test
  void aSignalThatThereIsNotIsSaid() throws Exception {
    try (OtherProcess own = OtherProcess.of(ProcessHandle.current().pid())) {
      assertThatThrownBy(() -> own.signal("NONE"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no signal is called 'NONE'");
    }
  }
}
