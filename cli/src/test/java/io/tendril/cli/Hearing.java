package io.tendril.cli;

import io.tendril.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a test's processes can hear a signal. */
final class Hearing {
  private static final String IGNORED = "SigIgn:";

  private Hearing() {}

  /** Skips the test, or fails it, where SIGHUP is ignored: the children of nohup inherit that. */
  static void needHangup() throws IOException {
    Path status = Path.of("/proc/self/status");
    boolean ignored =
        Files.exists(status)
            && Files.readAllLines(status).stream()
                .filter(line -> line.startsWith(IGNORED))
                .map(line -> Long.parseUnsignedLong(line.substring(IGNORED.length()).trim(), 16))
                .anyMatch(mask -> (mask & 1) != 0); // signal 1
    Program.need(!ignored, "SIGHUP to be heard: it is ignored here, as below nohup");
  }
}
