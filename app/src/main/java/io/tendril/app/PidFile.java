package io.tendril.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.CheckReturnValue;
import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file with the number of a program's main process, for those who send it signals: written when
 * it serves, replaced by the next version when that serves, and removed at the end by whoever it
 * names. Beside it, with {@code .restart} behind its name, is what came of the last restart.
 *
 * <p>Files are written in the reactor's pool, and exchanged in one step, so that nobody reads a
 * part.
 */
public final class PidFile {
  private final Reactor reactor;
  private final Path path;
  private final long process;

  private PidFile(Reactor reactor, Path path) {
    this.reactor = reactor;
    this.path = path;
    this.process = ProcessHandle.current().pid();
  }

  /** Writes this process's number, and removes the file when the reactor has stopped. */
  public static Deferred<PidFile> write(Reactor reactor, Path path) {
    var file = new PidFile(reactor, path);
    reactor.beforeStop("the removal of " + path, file::remove);
    Path next = file.next(path);
    return reactor
        .deferToThread(() -> {
          exchange(path, next, file.process + "\n");
          return path;
        })
        .thenApply(_ -> file);
  }

  private Deferred<?> remove() {
    return reactor
        .deferToThread(() -> {
          if (process(path) == process) {
            Files.deleteIfExists(path);
          }
          return path;
        })
        .exceptionally(NoSuchFileException.class, _ -> path);
  }

  /**
   * Writes down what came of a restart.
   *
   * @param failure why there was none; null if there was
   */
  @CheckReturnValue
  public Deferred<Void> restarted(@Nullable String failure) {
    Path to = beside(path);
    Path next = next(to);
    return reactor
        .deferToThread(() -> {
          long number = lastRestart(path).number() + 1;
          String words = failure == null ? "done" : "failed " + failure.replace('\n', ' ');
          exchange(to, next, number + " " + words + "\n");
          return path;
        })
        .thenRun(() -> {});
  }

  private static Path beside(Path path) {
    return path.resolveSibling(path.getFileName() + ".restart");
  }

  /** A name that nobody else knows beforehand, for what is to be a file. */
  private Path next(Path path) {
    return path.resolveSibling(
        path.getFileName() + "." + Long.toUnsignedString(reactor.random().nextLong(), 36));
  }

  /**
   * Writes a file that is not there, and puts it in the place of another. A directory may be
   * others', too: so what has the name already, as a link to somewhere else, is a failure.
   */
  private static void exchange(Path path, Path next, String text) throws IOException {
    try (var channel =
        FileChannel.open(next, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      try {
        ByteBuffer octets = UTF_8.encode(text);
        while (octets.hasRemaining()) {
          channel.write(octets);
        }
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(next);
        throw e;
      }
    }
  }

  // ---- Reading --------------------------------------------------------------------------------

  /**
   * The process that a file names. May wait for the disk.
   *
   * @throws IOException if there is no such file, or none that holds a number
   */
  public static long process(Path path) throws IOException {
    String text = Files.readString(path, UTF_8).strip();
    if (!text.matches("[1-9][0-9]{0,9}")) {
      throw new IOException(path + " does not hold the number of a process");
    }
    return Long.parseLong(text);
  }

  /**
   * What came of the last restart of a program. May wait for the disk.
   *
   * @param path the file that names its process
   */
  public static Restart lastRestart(Path path) throws IOException {
    String text;
    try {
      text = Files.readString(beside(path), UTF_8).strip();
    } catch (NoSuchFileException e) {
      return new Restart(0, null);
    }
    String[] words = text.split(" ", 3);
    if (words.length < 2 || !words[0].matches("[0-9]{1,18}")) {
      throw new IOException(beside(path) + " does not say what came of a restart");
    }
    boolean failed = words[1].equals("failed");
    return new Restart(
        Long.parseLong(words[0]), failed ? (words.length > 2 ? words[2] : "") : null);
  }

  /**
   * What came of a restart.
   *
   * @param number how many there have been; 0 for none so far
   * @param failure why it failed; null if it did not
   */
  public record Restart(long number, @Nullable String failure) {}
}
