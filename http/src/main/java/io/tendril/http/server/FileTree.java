package io.tendril.http.server;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may be seen of the files below a directory: regular files and directories, no hidden ones,
 * and nothing outside, whatever symbolic links say. All of it blocks.
 *
 * @param root the directory
 */
record FileTree(Path root) {

  /** Something below the root. */
  sealed interface Found {}

  /** A file. */
  record RegularFile(Path path, long size, Instant modified) implements Found {}

  /** A directory. */
  record Directory(Path path) implements Found {}

  /** One line of a directory's listing. */
  record Entry(String name, boolean directory, long size, Instant modified) {}

  /** What is at a path, or null: if there is nothing, or nothing that may be seen. */
  @Nullable Found find(List<String> segments) {
    Path path = root;
    try {
      for (String segment : segments) {
        path = path.resolve(segment);
      }
    } catch (InvalidPathException e) {
      return null;
    }
    return see(path);
  }

  /** A file in a directory of this tree, or null. */
  @Nullable RegularFile file(Directory directory, String name) {
    return see(directory.path().resolve(name)) instanceof RegularFile file ? file : null;
  }

  private @Nullable Found see(Path path) {
    Path real = LocalFiles.realPath(path);
    Path realRoot = LocalFiles.realPath(root);
    if (real == null || realRoot == null || !isVisible(real, realRoot)) {
      return null;
    }
    BasicFileAttributes attributes = LocalFiles.attributes(real);
    if (attributes == null || !LocalFiles.isReadable(real)) {
      return null;
    }
    if (attributes.isRegularFile()) {
      return new RegularFile(real, attributes.size(), attributes.lastModifiedTime().toInstant());
    }
    return attributes.isDirectory() ? new Directory(real) : null;
  }

  /** Whether a path without links is the root or below it, and no part of it below is hidden. */
  private static boolean isVisible(Path real, Path realRoot) {
    if (!real.startsWith(realRoot)) {
      return false;
    }
    if (real.equals(realRoot)) {
      return true;
    }
    for (Path name : realRoot.relativize(real)) {
      if (!TargetPath.isServed(name.toString())) {
        return false;
      }
    }
    return true;
  }

  /** What may be seen of a directory, in no order. */
  List<Entry> list(Directory directory, int most) throws IOException {
    var entries = new ArrayList<Entry>();
    for (Path path : LocalFiles.list(directory.path(), most)) {
      String name = String.valueOf(path.getFileName());
      if (TargetPath.isServed(name)) {
        Entry entry = entry(path, name);
        if (entry != null) {
          entries.add(entry);
        }
      }
    }
    return entries;
  }

  private @Nullable Entry entry(Path path, String name) {
    if (LocalFiles.isLink(path) && see(path) == null) {
      return null;
    }
    BasicFileAttributes attributes = LocalFiles.attributes(path);
    if (attributes == null || !(attributes.isRegularFile() || attributes.isDirectory())) {
      return null;
    }
    Instant modified = attributes.lastModifiedTime().toInstant();
    return new Entry(name, attributes.isDirectory(), attributes.size(), modified);
  }
}
