package io.tendril.testing.descriptors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tendril.testing.Program;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Has the kernel refuse some calls of some threads of this process, for as long as it is open.
 *
 * <pre>{@code
 * try (var strace = Strace.of(List.of(Strace.thread()), "socket:error=EMFILE:when=1")) {
 *   ...
 * }
 * }</pre>
 *
 * A call that is refused is not made. Calls are counted by thread and by name.
 */
final class Strace implements AutoCloseable {
  private final Process process;
  private final Path written;
  private final BufferedReader errors;
  private List<String> lines = List.of();

  private Strace(Process process, Path written) {
    this.process = process;
    this.written = written;
    this.errors = process.errorReader(ISO_8859_1);
  }

  /** The kernel's number of the thread that asks. */
  static long thread() {
    try {
      Path itself = Files.readSymbolicLink(Path.of("/proc/thread-self")); // 12/task/34
      return Long.parseLong(itself.getFileName().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Begins.
   *
   * @param threads whose calls
   * @param injection as strace has it: which calls, which error, when
   */
  static Strace of(List<Long> threads, String injection) throws IOException {
    String strace = Program.named("strace").path();
    Kernel.letAnybodyTrace();
    Path written = Files.createTempFile("calls", ".strace");
    List<String> command = new ArrayList<>(List.of(strace, "-o", "" + written));
    command.addAll(List.of("-e", "trace=" + injection.substring(0, injection.indexOf(':'))));
    command.addAll(List.of("-e", "inject=" + injection));
    threads.forEach(thread -> command.addAll(List.of("-p", "" + thread)));
    Process process =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    var made = new Strace(process, written);
    try {
      made.awaitAttached(threads.size());
    } catch (IOException | RuntimeException | Error e) {
      made.close();
      throw e;
    }
    return made;
  }

  /** It says so for each thread, and a thread that it has does nothing more by itself. */
  private void awaitAttached(int threads) throws IOException {
    StringBuilder said = new StringBuilder();
    int attached = 0;
    while (attached < threads) {
      String line = errors.readLine();
      if (line == null) {
        throw new AssertionError("strace does not attach: " + said);
      }
      said.append(line).append('\n');
      attached += line.contains("attached") ? 1 : 0;
    }
  }

  /** Ends it; safe to repeat. */
  @Override
  public void close() throws IOException {
    try {
      // Upon a signal it lets go of the threads. Java opens a file before it sends one, which may
      // be what is refused.
      int asked = 0;
      do {
        process.destroy();
      } while (!process.waitFor(300, TimeUnit.MILLISECONDS) && asked++ < 100);
      if (process.isAlive()) {
        process.destroyForcibly();
        throw new AssertionError("strace does not end");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    errors.close();
    process.getInputStream().close();
    process.getOutputStream().close();
    if (Files.exists(written)) {
      lines = Files.readAllLines(written, ISO_8859_1);
      Files.delete(written);
    }
  }

  /** The calls that were made, refused ones included; after the end. */
  List<String> calls() {
    return lines;
  }

  /** The calls that were refused; after the end. */
  List<String> refused() {
    return lines.stream().filter(line -> line.contains("(INJECTED)")).toList();
  }
}
