package io.tendril.testing.files;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/** What a directory has a name for. */
abstract sealed class Node permits FileNode, DirectoryNode {
  private final long number;
  private final FileTime created;
  private FileTime modified;
  private FileTime accessed;
  private boolean linked;

  Node(long number, FileTime now) {
    this.number = number;
    this.created = now;
    this.modified = now;
    this.accessed = now;
  }

  abstract long size();

  /** Whether a directory has a name for it; the space of a file without is not counted. */
  boolean isLinked() {
    return linked;
  }

  void linked(boolean now) {
    linked = now;
  }

  void modified(FileTime when) {
    modified = when;
  }

  void accessed(FileTime when) {
    accessed = when;
  }

  BasicFileAttributes attributes() {
    return new Attributes(created, modified, accessed, this instanceof FileNode, size(), number);
  }

  /** How it is now. */
  private record Attributes(
      FileTime creationTime,
      FileTime lastModifiedTime,
      FileTime lastAccessTime,
      boolean isRegularFile,
      long size,
      Object fileKey)
      implements BasicFileAttributes {
    @Override
    public boolean isDirectory() {
      return !isRegularFile;
    }

    @Override
    public boolean isSymbolicLink() {
      return false;
    }

    @Override
    public boolean isOther() {
      return false;
    }
  }
}
