package io.tendril.http.server;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one place of this module that touches files. All of it blocks: for the blocking pool only.
 */
final class LocalFiles {
  private LocalFiles() {}

  /** The path with all symbolic links followed, or null if there is nothing. */
  static @Nullable Path realPath(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException notThere) {
      return null;
    }
  }

  /** What is there, links followed, or null if there is nothing or it may not be known. */
  static @Nullable BasicFileAttributes attributes(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class);
    } catch (IOException notThere) {
      return null;
    }
  }

  /** Whether there is a regular file, links followed. Cheap where there is nothing. */
  static boolean isFile(Path path) {
    return Files.isRegularFile(path);
  }

  static boolean isLink(Path path) {
    return Files.isSymbolicLink(path);
  }

  static boolean isDirectory(Path path) {
    return Files.isDirectory(path);
  }

  /** Opens a file to write at its end, and makes it if it is not there. */
  static Writer append(Path path) throws IOException {
    return new LineFile(Files.newOutputStream(path, CREATE, APPEND));
  }

  /** What is in a directory, at most so many, in no order; nothing if it may not be read. */
  static List<Path> list(Path directory, int most) throws IOException {
    var entries = new ArrayList<Path>();
    try (var stream = Files.newDirectoryStream(directory)) {
      for (Path entry : stream) {
        if (entries.size() == most) {
          break;
        }
        entries.add(entry);
      }
    } catch (AccessDeniedException denied) {
      return List.of();
    }
    return entries;
  }

  // ---- Opening --------------------------------------------------------------------------------

  /** A regular file that has been opened, and what it was just before. */
  record Opened(FileChannel channel, BasicFileAttributes attributes) {}

  /**
   * Opens a regular file to read, without following a symbolic link on the way from {@code base},
   * where the file is below that.
   *
   * @param base a path without links
   * @param path a path without links when it was looked at
   * @return null if there is no such file any more, or it may not be read
   */
  static @Nullable Opened open(Path base, Path path) throws IOException {
    try {
      if (path.startsWith(base) && !path.equals(base)) {
        try (var directory = Files.newDirectoryStream(base)) {
          if (directory instanceof SecureDirectoryStream<Path> secure) {
            return openBelow(secure, base.relativize(path), 0);
          }
        } catch (AccessDeniedException perhapsOnlyToList) {
          return openDirectly(path);
        }
      }
      return openDirectly(path);
    } catch (AccessDeniedException denied) {
      return null;
    } catch (FileSystemException failure) {
      if (path.equals(realPath(path)) && isFile(path)) {
        throw failure;
      }
      return null;
    }
  }

  private static @Nullable Opened openBelow(
      SecureDirectoryStream<Path> directory, Path path, int depth) throws IOException {
    Path name = path.getName(depth);
    if (depth < path.getNameCount() - 1) {
      try (var next = directory.newDirectoryStream(name, NOFOLLOW_LINKS)) {
        return openBelow(next, path, depth + 1);
      }
    }
    BasicFileAttributes attributes =
        directory
            .getFileAttributeView(name, BasicFileAttributeView.class, NOFOLLOW_LINKS)
            .readAttributes();
    // To open a pipe or a device could wait for ever.
    return attributes.isRegularFile()
            && directory.newByteChannel(name, Set.of(READ, NOFOLLOW_LINKS))
                instanceof FileChannel channel
        ? new Opened(channel, attributes)
        : null;
  }

  /** For systems, and directories, that cannot be walked step by step: looks again afterwards. */
  private static @Nullable Opened openDirectly(Path path) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      return null;
    }
    FileChannel channel = FileChannel.open(path, Set.of(READ, NOFOLLOW_LINKS));
    if (path.equals(realPath(path))) {
      return new Opened(channel, attributes);
    }
    channel.close();
    return null;
  }
}
