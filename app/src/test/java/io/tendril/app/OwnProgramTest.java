package io.tendril.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class OwnProgramTest {
  @Test
  @EnabledOnOs(OS.LINUX)
  void knowsHowThisProcessWasStarted() throws Exception {
    var command = OwnProgram.command();
    assertThat(command.program()).endsWith("java");
    assertThat(command.arguments()).isNotEmpty();
  }

  @Test
  void emptyArgumentsAreArguments() throws Exception {
    assertThat(OwnProgram.words("java\0\0-x\0\0".getBytes(UTF_8)))
        .containsExactly("java", "", "-x", "");
  }

  @Test
  void nothingIsNoCommand() {
    assertThatThrownBy(() -> OwnProgram.words(new byte[0])).isInstanceOf(IOException.class);
  }
}
