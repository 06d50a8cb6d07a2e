package io.tendril.gui.swing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.testing.Program;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What needs a screen, in a process of its own on one that shows nothing: Xvfb. */
class OnScreenTest {
  @ParameterizedTest
  @EnumSource
  void onAScreen(OnScreen.Scene scene) throws Exception {
    try (var screen =
        Program.named("Xvfb")
            .start("-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp")) {
      screen.await("opened a display", () -> screen.output().matches("(?s)\\d+\n.*"));
      String display = screen.output().lines().findFirst().orElseThrow();
      String said =
          Program.named("env")
              .run(
                  "DISPLAY=:" + display,
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  "--add-exports",
                  "java.base/jdk.internal.vm=ALL-UNNAMED",
                  OnScreen.class.getName(),
                  scene.name())
              .succeeded();
      assertThat(said.strip()).endsWith("done");
    }
  }
}
