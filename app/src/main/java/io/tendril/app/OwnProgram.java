package io.tendril.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tendril.core.process.Command;
import io.tendril.spi.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The program that this process runs: how it was started, and by whom. */
public final class OwnProgram {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private OwnProgram() {}

  /**
   * The command that this process was started by, with all its arguments: to start the same program
   * once more, as it is on the disk by then. Relative names are taken from the same directory.
   * Reads a small file of the kernel's.
   *
   * @throws IOException where the system does not tell: it is Linux that does
   */
  public static Command command() throws IOException {
    List<String> words = words(Files.readAllBytes(COMMAND_LINE));
    return Command.of(words.getFirst(), words.subList(1, words.size()));
  }

  /** Words, each with a zero behind it. */
  static List<String> words(byte[] line) throws IOException {
    String text = new String(line, UTF_8);
    if (text.length() < 2 || !text.endsWith("\0")) {
      throw new IOException(COMMAND_LINE + " does not say how this program was started");
    }
    return List.of(text.substring(0, text.length() - 1).split("\0", -1));
  }

  /** The number of this worker in its group, from 1; null if this process is none. */
  static @Nullable String worker() {
    return System.getenv(Family.WORKER);
  }
}
