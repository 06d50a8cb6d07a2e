package io.tendril.testing.unix;

import static java.nio.file.StandardOpenOption.READ;

import io.tendril.core.descriptor.Descriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Descriptors of files, for tests that pass them. */
final class DescriptorFiles {
  private static final Path OURS = Path.of("/proc/self/fd");

  private DescriptorFiles() {}

  /** Opens a file. */
  static Descriptor open(Path file) throws IOException {
    try (var channel = FileChannel.open(file, READ)) {
      Descriptor channels = Descriptor.adopt(numberOf(file.toRealPath()));
      try {
        return channels.duplicate();
      } finally {
        channels.release(); // back to the channel
      }
    }
  }

  private static int numberOf(Path file) throws IOException {
    try (Stream<Path> all = Files.list(OURS)) {
      return all.filter(each -> isOf(each, file))
          .mapToInt(each -> Integer.parseInt(each.getFileName().toString()))
          .findFirst()
          .orElseThrow();
    }
  }

  private static boolean isOf(Path descriptor, Path file) {
    try {
      return Files.readSymbolicLink(descriptor).equals(file);
    } catch (IOException e) {
      return false;
    }
  }

  /** What is in the file of a descriptor. */
  static String content(Descriptor descriptor) {
    try {
      return Files.readString(OURS.resolve(String.valueOf(descriptor.number())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a child process inherits a descriptor. */
  static boolean isInherited(Descriptor descriptor) throws IOException {
    String info = Files.readString(Path.of("/proc/self/fdinfo/" + descriptor.number()));
    String flags = info.replaceFirst("(?s).*flags:\\s*([0-7]+).*", "$1");
    return (Integer.parseInt(flags, 8) & 02000000) == 0;
  }
}
