package io.tendril.http.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
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

  static boolean isReadable(Path path) {
    return Files.isReadable(path);
  }

  static boolean isLink(Path path) {
    return Files.isSymbolicLink(path);
  }

  static FileChannel open(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.READ);
  }

  static boolean isDirectory(Path path) {
    return Files.isDirectory(path);
  }

  /** Opens a file to write at its end, and makes it if it is not there. */
  static Writer append(Path path) throws IOException {
    return Files.newBufferedWriter(
        path, US_ASCII, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** What is in a directory, at most so many, in no order. */
  static List<Path> list(Path directory, int most) throws IOException {
    var entries = new ArrayList<Path>();
    try (var stream = Files.newDirectoryStream(directory)) {
      for (Path entry : stream) {
        if (entries.size() == most) {
          break;
        }
        entries.add(entry);
      }
    }
    return entries;
  }
}
