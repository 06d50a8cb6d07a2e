package io.tendril.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The descriptors that this process has open, on Linux: a test looks at them first and last, to
 * find what was left open. What the virtual machine opens by itself, as its archives, does not
 * count.
 *
 * <pre>{@code
 * OpenDescriptors before = OpenDescriptors.now();
 * ...
 * before.assertNoMore();
 * }</pre>
 *
 * @param files what is open, by number
 */
public record OpenDescriptors(SortedMap<Integer, String> files) {
  private static final Path OURS = Path.of("/proc/self/fd");
  private static final Path UNIX_SOCKETS = Path.of("/proc/net/unix");

  /** The column of it that has the number of the inode. */
  private static final int INODE = 6;

  private static final int COLUMNS = 8;

  private static final long LONGEST = 5_000_000_000L;
  private static final long LOOK = 5_000_000L;

  /** What is open now. */
  public static OpenDescriptors now() {
    SortedMap<Integer, String> files = new TreeMap<>();
    Set<String> doors = doors();
    try (var entries = Files.newDirectoryStream(OURS)) {
      for (Path entry : entries) {
        String file = target(entry);
        if (!isOfTheMachine(file) && !doors.contains(file)) {
          files.put(Integer.valueOf(entry.getFileName().toString()), file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new OpenDescriptors(files);
  }

  /** Where agents and tools come in, once one has: sockets with a name of the machine's own. */
  private static Set<String> doors() {
    try (var lines = Files.lines(UNIX_SOCKETS)) {
      return lines
          .filter(line -> line.contains("/.java_pid"))
          .map(line -> "socket:[" + line.strip().split(" +", COLUMNS)[INODE] + "]")
          .collect(Collectors.toSet());
    } catch (IOException e) {
      return Set.of();
    }
  }

  private static String target(Path entry) {
    try {
      return Files.readSymbolicLink(entry).toString();
    } catch (IOException e) {
      return ""; // closed since
    }
  }

  private static boolean isOfTheMachine(String file) {
    return file.isEmpty()
        || file.matches("/proc/\\d+/(task/\\d+/)?fd")
        || file.endsWith(".jar")
        || file.endsWith("/modules")
        || file.startsWith("/dev/random")
        || file.startsWith("/dev/urandom");
  }

  /**
   * Fails if there are descriptors that were not there then. What is about to close has five
   * seconds for it.
   */
  public void assertNoMore() {
    assertNoMore(file -> true);
  }

  /** As {@link #assertNoMore()}, of some kinds of files. */
  void assertNoMore(Predicate<String> kinds) {
    long end = System.nanoTime() + LONGEST;
    Map<Integer, String> more = more(kinds);
    while (!more.isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(LOOK);
      more = more(kinds);
    }
    if (!more.isEmpty()) {
      throw new AssertionError("left open: " + more);
    }
  }

  private Map<Integer, String> more(Predicate<String> kinds) {
    SortedMap<Integer, String> more = now().files;
    more.values().removeIf(file -> !kinds.test(file));
    more.entrySet().removeAll(files.entrySet());
    return more;
  }
}
