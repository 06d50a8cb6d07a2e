package io.tendril.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.testing.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example with a window, on a screen that shows nothing: Xvfb. */
class WebWindowTest {
  @Test
  void servesAndListsItsVisitors(@TempDir Path directory) throws Exception {
    Path served = Files.createDirectory(directory.resolve("served"));
    Files.writeString(served.resolve("index.html"), "<!doctype html><title>here</title>");
    Path picture = directory.resolve("window.png");
    try (var screen =
        Program.named("Xvfb")
            .start("-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp")) {
      screen.await("opened a display", () -> screen.output().matches("(?s)\\d+\n.*"));
      String said =
          Program.named("env")
              .run(
                  "DISPLAY=:" + screen.output().lines().findFirst().orElseThrow(),
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  "--add-exports",
                  "java.base/jdk.internal.vm=ALL-UNNAMED",
                  WebWindowOnScreen.class.getName(),
                  served.toString(),
                  picture.toString())
              .succeeded();
      assertThat(said).contains("200 visits, 200 listed").endsWith("done\n");
    }
    assertThat(picture).isNotEmptyFile();
  }
}
