package io.tendril.testing.files;

import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A directory: the entries that programs see, and those that the disk has. */
final class DirectoryNode extends Node {
  private final Map<String, Node> seen = new TreeMap<>();
  private final Map<String, Node> kept = new TreeMap<>();

  DirectoryNode(long number, FileTime now) {
    super(number, now);
  }

  @Override
  long size() {
    return 4_096;
  }

  /** Its entries, as programs see them. */
  Map<String, Node> seen() {
    return seen;
  }

  /** Its entries on the disk. */
  Map<String, Node> kept() {
    return kept;
  }

  /** Sets an entry, or removes it. */
  static void set(Map<String, Node> entries, String name, @Nullable Node node) {
    if (node == null) {
      entries.remove(name);
    } else {
      entries.put(name, node);
    }
  }

  /** The computer starts: what is seen is what the disk has. */
  void reload() {
    seen.clear();
    seen.putAll(kept);
  }
}
