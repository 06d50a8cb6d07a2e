package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LineFileTest {
  @TempDir Path directory;

  @Test
  @Timeout(60)
  void linesOfSeveralWritersAreNotMixedUp() throws Exception {
    Path path = directory.resolve("log");
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String line = ("" + i).repeat(100 + i) + "\n";
      var thread = new Thread(() -> write(path, line.repeat(1_000)));
      writers.add(thread);
      thread.start();
    }
    for (Thread thread : writers) {
      thread.join();
    }
    assertThat(path.toFile()).content().hasLineCount(30_000);
    assertThat(Files.readAllLines(path)).allMatch(line -> line.matches("0{100}|1{101}|2{102}"));
  }

  private static void write(Path path, String text) {
    try (Writer writer = LocalFiles.append(path)) {
      for (int i = 0; i < 10; i++) {
        writer.write(text);
        writer.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aLineThatIsLongerThanOneCallIsWhole() throws Exception {
    Path path = directory.resolve("log");
    String text = "a".repeat(200_000) + "\nb\n" + "c".repeat(70_000) + "\nrest";
    try (Writer writer = LocalFiles.append(path)) {
      writer.write(text);
    }
    assertThat(path).content().isEqualTo(text);
  }

  /** The pool is interrupted when the reactor stops. */
  @Test
  void anInterruptLosesNoLine() throws Exception {
    Path path = directory.resolve("log");
    try (Writer writer = LocalFiles.append(path)) {
      writer.write("a\n");
      Thread.currentThread().interrupt();
      writer.flush();
      assertThat(Thread.interrupted()).isTrue();
      writer.write("b\n");
    }
    assertThat(path).content().isEqualTo("a\nb\n");
  }
}
