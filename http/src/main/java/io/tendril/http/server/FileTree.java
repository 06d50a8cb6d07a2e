package io.tendril.http.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may be seen of the files below a directory: regular files and directories. All of it blocks.
 *
 * <p>A path is resolved to one without symbolic links, and that is looked at. What is opened then
 * is opened without following links at any step, so nobody can put one there in between.
 *
 * @param root the directory
 * @param linksOut whether what is outside may be seen through symbolic links
 * @param hidden whether what has a name that begins with a dot may be seen
 */
record FileTree(Path root, boolean linksOut, boolean hidden) {

  /** Something below the root. */
  sealed interface Found {}

  /**
   * A file: where, and in which state.
   *
   * @param path without links
   * @param key what tells it from another file that was there before, if the system knows
   */
  record RegularFile(Path path, long size, Instant modified, @Nullable Object key)
      implements Found {
    private static RegularFile of(Path path, BasicFileAttributes attributes) {
      return new RegularFile(
          path, attributes.size(), attributes.lastModifiedTime().toInstant(), attributes.fileKey());
    }
  }

  /** A directory; its path is without links. */
  record Directory(Path path) implements Found {}

  /**
   * One line of a directory's listing.
   *
   * @param reachable whether the name can be asked for: in some locales not all can
   */
  record Entry(String name, boolean directory, long size, Instant modified, boolean reachable) {}

  FileTree withLinksOut() {
    return new FileTree(root, true, hidden);
  }

  FileTree withHidden() {
    return new FileTree(root, linksOut, true);
  }

  // ---- Finding --------------------------------------------------------------------------------

  /** What is at a path, or null: if there is nothing, or nothing that may be seen. */
  @Nullable Found find(List<String> segments) {
    Path path = root;
    try {
      for (String segment : segments) {
        if (!isServed(segment)) {
          return null;
        }
        path = path.resolve(segment);
      }
    } catch (InvalidPathException e) {
      return null;
    }
    return see(path);
  }

  private boolean isServed(String name) {
    return TargetPath.isName(name) && (hidden || !TargetPath.isHidden(name));
  }

  /** A file in a directory of this tree, or null. */
  @Nullable RegularFile file(Directory directory, String name) {
    return see(directory.path().resolve(name)) instanceof RegularFile file ? file : null;
  }

  /** A file with a longer name beside another, or null. */
  @Nullable RegularFile beside(RegularFile file, String suffix) {
    Path path = file.path().resolveSibling(file.path().getFileName() + suffix);
    return LocalFiles.isFile(path) && see(path) instanceof RegularFile other ? other : null;
  }

  private @Nullable Found see(Path path) {
    Path real = LocalFiles.realPath(path);
    Path realRoot = LocalFiles.realPath(root);
    if (real == null || realRoot == null || !isVisible(real, realRoot)) {
      return null;
    }
    BasicFileAttributes attributes = LocalFiles.attributes(real);
    if (attributes == null) {
      return null;
    }
    return attributes.isRegularFile()
        ? RegularFile.of(real, attributes)
        : attributes.isDirectory() ? new Directory(real) : null;
  }

  /** Whether a path without links is the root or below it, and no part of it below is hidden. */
  private boolean isVisible(Path real, Path realRoot) {
    if (!real.startsWith(realRoot)) {
      return linksOut;
    }
    if (real.equals(realRoot)) {
      return true;
    }
    for (Path name : realRoot.relativize(real)) {
      if (!isServed(name.toString())) {
        return false;
      }
    }
    return true;
  }

  // ---- Opening --------------------------------------------------------------------------------

  /** Opens a file that was found, or gives null if it is there no more, or may not be read. */
  @Nullable OpenedFile open(RegularFile file) throws IOException {
    Path realRoot = LocalFiles.realPath(root);
    if (realRoot == null) {
      return null;
    }
    LocalFiles.Opened opened = LocalFiles.open(realRoot, file.path());
    if (opened == null) {
      return null;
    }
    FileChannel channel = opened.channel();
    return new OpenedFile(RegularFile.of(file.path(), opened.attributes()), channel);
  }

  // ---- Listing --------------------------------------------------------------------------------

  /** What may be seen of a directory, in no order; nothing if it may not be read. */
  List<Entry> list(Directory directory, int most) throws IOException {
    var entries = new ArrayList<Entry>();
    for (Path path : LocalFiles.list(directory.path(), most)) {
      String name = String.valueOf(path.getFileName());
      if (isServed(name)) {
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
    return new Entry(
        name,
        attributes.isDirectory(),
        attributes.size(),
        attributes.lastModifiedTime().toInstant(),
        isReachable(path, name));
  }

  private static boolean isReachable(Path path, String name) {
    try {
      return path.resolveSibling(name).equals(path);
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
