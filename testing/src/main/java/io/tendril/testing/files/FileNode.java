package io.tendril.testing.files;

import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A file: what programs see of it, what the disk has of it, and the changes in between. These reach
 * the disk when the file is forced, or when the kernel comes to it: after 30 seconds, or when they
 * are more than 4 MiB.
 */
final class FileNode extends Node {
  /** What a disk writes whole or not at all. */
  private static final int SECTOR = 512;

  private static final long OLDEST = Duration.ofSeconds(30).toNanos();
  private static final long MOST_WAITING = 4 << 20;

  /** A change on its way to the disk. */
  private sealed interface Change {
    long time();

    /** Does all of it. */
    void apply(Contents to);

    /** Does of it what chance has got to the disk; true if that is not all. */
    void applySome(Contents to, RandomGenerator chance);

    int weight();
  }

  private static final class Written implements Change {
    private final long time;
    private final int position;
    private final byte[] bytes;

    Written(long time, int position, byte[] bytes) {
      this.time = time;
      this.position = position;
      this.bytes = bytes;
    }

    @Override
    public long time() {
      return time;
    }

    @Override
    public void apply(Contents to) {
      to.write(position, bytes, 0, bytes.length);
    }

    @Override
    public void applySome(Contents to, RandomGenerator chance) {
      int next;
      for (int offset = 0; offset < bytes.length; offset = next) {
        next = Math.min(bytes.length, offset + SECTOR - (position + offset) % SECTOR);
        if (chance.nextBoolean()) {
          to.write(position + offset, bytes, offset, next - offset);
        }
      }
    }

    @Override
    public int weight() {
      return bytes.length + 64;
    }
  }

  private record Truncated(long time, int size) implements Change {
    @Override
    public void apply(Contents to) {
      to.truncate(size);
    }

    @Override
    public void applySome(Contents to, RandomGenerator chance) {
      if (chance.nextBoolean()) {
        to.truncate(size);
      }
    }

    @Override
    public int weight() {
      return 64;
    }
  }

  private final Contents seen = new Contents();
  private final Contents kept = new Contents();
  private final Deque<Change> waiting = new ArrayDeque<>();
  private final List<FileLock> locks = new ArrayList<>();
  private long weight;

  FileNode(long number, FileTime now) {
    super(number, now);
  }

  @Override
  long size() {
    return seen.size();
  }

  /** The locks that are held on parts of it. */
  List<FileLock> locks() {
    return locks;
  }

  // ---- What programs see ----------------------------------------------------------------------

  /** Reads what is there; nothing, and -1, at the end or behind it. */
  int read(long position, ByteBuffer into) {
    return position >= seen.size() ? -1 : seen.read((int) position, into);
  }

  void write(int position, byte[] bytes, long now) {
    seen.write(position, bytes, 0, bytes.length);
    add(new Written(now, position, bytes), now);
  }

  void truncate(int size, long now) {
    seen.truncate(size);
    add(new Truncated(now, size), now);
  }

  // ---- What the disk has ----------------------------------------------------------------------

  private void add(Change change, long now) {
    waiting.add(change);
    weight += change.weight();
    writeBack(now);
  }

  /** The kernel writes by itself what has waited for long, or what is much. */
  private void writeBack(long now) {
    while (!waiting.isEmpty()
        && (weight > MOST_WAITING || waiting.getFirst().time() <= now - OLDEST)) {
      Change first = waiting.removeFirst();
      weight -= first.weight();
      first.apply(kept);
    }
  }

  /** All of it is on the disk. */
  void force() {
    waiting.forEach(change -> change.apply(kept));
    forget();
  }

  /**
   * Forcing has failed. The kernel takes the bytes that it could not write for written, as Linux
   * does: programs see them, the disk never gets them, and forcing again succeeds.
   */
  void failToForce() {
    for (Change change : waiting) {
      if (change instanceof Truncated) {
        change.apply(kept);
      }
    }
    forget();
  }

  private void forget() {
    waiting.clear();
    weight = 0;
  }

  /** Whether a loss of power could lose anything. */
  boolean isWaiting(long now) {
    writeBack(now);
    return !waiting.isEmpty();
  }

  /**
   * Power is lost before all has got to the disk: nothing of it has, or the first changes have, and
   * a part of the next one, or any sectors in any order.
   */
  void lose(RandomGenerator chance) {
    switch (chance.nextInt(3)) {
      case 0 -> {}
      case 1 -> loseLast(chance);
      default -> waiting.forEach(change -> change.applySome(kept, chance));
    }
    forget();
  }

  private void loseLast(RandomGenerator chance) {
    int whole = chance.nextInt(waiting.size());
    int count = 0;
    for (Change change : waiting) {
      if (count++ < whole) {
        change.apply(kept);
      } else {
        change.applySome(kept, chance);
        return;
      }
    }
  }

  /** The computer starts: what is seen is what the disk has. */
  void reload() {
    seen.become(kept);
    locks.clear();
  }
}
