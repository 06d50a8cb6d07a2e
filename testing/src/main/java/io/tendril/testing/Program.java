package io.tendril.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A real program that a test talks to: a client, a server, a load generator.
 *
 * <pre>{@code
 * String page = Program.named("curl").run("-sS", "http://127.0.0.1:" + port).succeeded();
 *
 * try (var haproxy = Program.named("haproxy").start("-f", "" + configuration)) {
 *   haproxy.awaitOutput("proxy started");
 *   ...
 * }
 * }</pre>
 *
 * <p>A test whose program is missing is skipped; with {@code TENDRIL_INTEROP=required} in the
 * environment it fails. Each wait has an end, and whatever was started is ended by its id, with its
 * children.
 *
 * <p>Immutable; for threads other than a reactor's, as it waits.
 */
public final class Program {
  private static final long LONGEST_SECONDS = 90;

  private final Path file;
  private final @Nullable Path directory;
  private final @Nullable Path input;

  private Program(Path file, @Nullable Path directory, @Nullable Path input) {
    this.file = file;
    this.directory = directory;
    this.input = input;
  }

  /**
   * The program of this name. Skips the test, or fails it, if it is not installed.
   *
   * @param name looked for on the PATH and where servers are installed; or a path
   */
  public static Program named(String name) {
    String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
    Path file =
        Stream.of(path.split(File.pathSeparator))
            .filter(place -> !place.isEmpty())
            .map(place -> Path.of(place).resolve(name))
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(Path.of(name));
    need(Files.isExecutable(file), name);
    return new Program(file, null, null);
  }

  /**
   * Skips the test, or fails it, unless something is installed.
   *
   * @param what the name of what a test needs: a program, or a library of one
   */
  public static void need(boolean found, String what) {
    if (!found && "required".equals(System.getenv("TENDRIL_INTEROP"))) {
      throw new AssertionError("there is no " + what);
    }
    Assumptions.assumeTrue(found, "there is no " + what);
  }

  /** Where it is, for those who start it themselves. */
  public String path() {
    return file.toString();
  }

  /** Run in this directory, not the test's own. */
  public Program in(Path newDirectory) {
    return new Program(file, newDirectory, input);
  }

  /** Given this file as its standard input, not the empty one. */
  public Program reading(Path newInput) {
    return new Program(file, directory, newInput);
  }

  /**
   * Runs it to its end.
   *
   * @throws AssertionError if it has not ended after 90 seconds
   */
  public Output run(String... arguments) throws IOException, InterruptedException {
    try (var running = start(arguments)) {
      return running.awaitEnd();
    }
  }

  /** Starts it. */
  public Running start(String... arguments) throws IOException {
    var command = new ArrayList<>(List.of("" + file));
    command.addAll(List.of(arguments));
    var printed = Files.createTempFile("program", ".out");
    var errors = Files.createTempFile("program", ".err");
    var builder =
        new ProcessBuilder(command)
            .redirectInput(input == null ? new File("/dev/null") : input.toFile())
            .redirectOutput(printed.toFile())
            .redirectError(errors.toFile());
    if (directory != null) {
      builder.directory(directory.toFile());
    }
    builder.environment().put("no_proxy", "*");
    try {
      return new Running(builder.start(), file.getFileName() + "", printed, errors);
    } catch (IOException e) {
      Files.delete(printed);
      Files.delete(errors);
      throw e;
    }
  }

  /**
   * What came of a program.
   *
   * @param status its exit status
   * @param text what it printed on its standard output, a char an octet
   * @param errors the same of its standard error
   */
  public record Output(int status, String text, String errors) {
    /** What it printed; fails the test unless its status is 0. */
    public String succeeded() {
      if (status != 0) {
        throw new AssertionError("status " + status + ": " + errors + text);
      }
      return text;
    }

    /** All that it printed, its errors last. */
    public String all() {
      return text + errors;
    }
  }

  /** A program that runs. */
  public static final class Running implements AutoCloseable {
    private final Process process;
    private final String name;
    private final Path printed;
    private final Path errors;

    private Running(Process process, String name, Path printed, Path errors) {
      this.process = process;
      this.name = name;
      this.printed = printed;
      this.errors = errors;
    }

    /** The operating system's process. */
    public Process process() {
      return process;
    }

    /** What it has printed so far, its errors last. */
    public String output() throws IOException {
      return Files.readString(printed, ISO_8859_1) + Files.readString(errors, ISO_8859_1);
    }

    /**
     * Waits until it has printed this.
     *
     * @throws AssertionError if it ends first, or if 90 seconds pass
     */
    public void awaitOutput(String part) throws IOException, InterruptedException {
      await("printed '" + part + "'", () -> output().contains(part));
    }

    /**
     * Waits until something is so; asks every few milliseconds.
     *
     * @param what what is awaited, for the failure
     * @throws AssertionError if it ends first, or if 90 seconds pass
     */
    public void await(String what, Condition condition) throws IOException, InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
      while (!condition.holds()) {
        if (process.waitFor(5, TimeUnit.MILLISECONDS) && !condition.holds()) {
          throw new AssertionError(name + " ended before it " + what + ": " + output());
        }
        if (System.nanoTime() > end) {
          throw new AssertionError(name + " never " + what + ": " + output());
        }
      }
    }

    /** Waits for its end, 90 seconds at most. */
    public Output awaitEnd() throws IOException, InterruptedException {
      if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(name + " has not ended: " + output());
      }
      return new Output(
          process.exitValue(),
          Files.readString(printed, ISO_8859_1),
          Files.readString(errors, ISO_8859_1));
    }

    /** Ends it if it still runs, and its children. */
    @Override
    public void close() throws IOException {
      // The parent first: one that looks after its children would start others in their place.
      List<ProcessHandle> children = process.descendants().toList();
      process.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
      Files.deleteIfExists(printed);
      Files.deleteIfExists(errors);
    }
  }

  /** Something that a test waits for. */
  @FunctionalInterface
  public interface Condition {
    /** Whether it is so. */
    boolean holds() throws IOException;
  }
}
