package io.tendril.testing.files;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The changes of directories on their way to the disk. They get there in the order in which they
 * were made, each whole, as in a file system with a journal: when a directory that one of them
 * concerns is forced, or when the kernel comes to it, after five seconds or a thousand changes.
 */
final class Journal {
  private static final long OLDEST = Duration.ofSeconds(5).toNanos();
  private static final int MOST = 1_000;

  /** An entry of a directory that changes; null removes it. */
  record Edit(DirectoryNode directory, String name, @Nullable Node node) {
    void see() {
      DirectoryNode.set(directory.seen(), name, node);
    }

    void keep() {
      DirectoryNode.set(directory.kept(), name, node);
    }
  }

  private record Change(long time, List<Edit> edits) {
    boolean concerns(DirectoryNode directory) {
      return edits.stream().anyMatch(edit -> edit.directory == directory);
    }
  }

  private final Deque<Change> waiting = new ArrayDeque<>();

  /** Makes a change, which programs see at once. */
  void change(long now, Edit... edits) {
    for (Edit edit : edits) {
      edit.see();
    }
    waiting.add(new Change(now, List.of(edits)));
    writeBack(now);
  }

  private void writeBack(long now) {
    while (!waiting.isEmpty()
        && (waiting.size() > MOST || waiting.getFirst().time <= now - OLDEST)) {
      keepFirst();
    }
  }

  private void keepFirst() {
    waiting.removeFirst().edits.forEach(Edit::keep);
  }

  /** What concerns a directory is on the disk, and all that was before it. */
  void force(DirectoryNode directory) {
    while (waiting.stream().anyMatch(change -> change.concerns(directory))) {
      keepFirst();
    }
  }

  /** All of it is on the disk. */
  void force() {
    while (!waiting.isEmpty()) {
      keepFirst();
    }
  }

  /** Whether a loss of power could lose anything. */
  boolean isWaiting(long now) {
    writeBack(now);
    return !waiting.isEmpty();
  }

  /** Power is lost, and with it the last changes: one at least. */
  void lose(RandomGenerator chance) {
    for (int whole = chance.nextInt(waiting.size()); whole > 0; whole--) {
      keepFirst();
    }
    waiting.clear();
  }

  /** There is another disk. */
  void clear() {
    waiting.clear();
  }
}
