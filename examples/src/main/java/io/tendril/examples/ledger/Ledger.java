package io.tendril.examples.ledger;

import module io.tendril;

import io.tendril.spi.Blocking;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A server that lines are added to, and that never forgets one that it has confirmed. Lines over
 * TCP:
 *
 * <pre>
 *   ADD line          ADDED number
 *   GET number        LINE line
 * </pre>
 *
 * or {@code NO}: of a line that was to be added it is not known then whether it will be there.
 *
 * <p>The lines are in a {@link LedgerFile} at a path that it is given; so its files may be those of
 * a simulated host. What it does with them it does in a pool of one thread, one thing after
 * another.
 */
public final class Ledger {
  private final Reactor reactor;
  private final Blocking disk;
  private final LedgerFile file;
  private final List<String> lines = new ArrayList<>();

  /** A mistake to make, for a test that has to find it. */
  public enum Mistake {
    /** None. */
    NONE,
    /** A line is confirmed when it has been written, and not yet forced to the disk. */
    LINE_NOT_FORCED,
    /** The directory is not forced after the file has been made in it. */
    DIRECTORY_NOT_FORCED,
    /** Half a line at the end of the file, left by a crash, is not cut off. */
    END_NOT_CUT_OFF
  }

  /**
   * A ledger.
   *
   * @param directory that its file is in, or will be
   */
  public Ledger(Reactor reactor, Path directory, Mistake mistake) {
    this.reactor = reactor;
    this.disk = reactor.pool("ledger", 1, 1_000);
    this.file = new LedgerFile(directory, mistake);
  }

  /** Reads what there is, and answers at an endpoint. */
  public Deferred<Listener> start(String endpoint) {
    return reactor
        .deferToThread(disk, file::open)
        .thenCompose(found -> {
          lines.addAll(found);
          return reactor.listen(endpoint, Protocol.direct(this::serve));
        });
  }

  private void serve(Connection connection) {
    for (String line : connection.lines()) {
      connection.writeLine(answer(line));
    }
  }

  private String answer(String line) {
    String[] words = line.split(" ", 2);
    if (words.length < 2 || words[1].isEmpty()) {
      return "NO";
    }
    return switch (words[0]) {
      case "ADD" -> add(words[1]);
      case "GET" -> get(words[1]);
      default -> "NO";
    };
  }

  private String add(String line) {
    return reactor
        .deferToThread(
            disk,
            () -> {
              file.append(line);
              return line;
            })
        .thenApply(added -> {
          lines.add(added);
          return "ADDED " + lines.size();
        })
        .exceptionally(IOException.class, _ -> "NO")
        .await();
  }

  private String get(String number) {
    try {
      return "LINE " + lines.get(Integer.parseInt(number) - 1);
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      return "NO";
    }
  }
}
