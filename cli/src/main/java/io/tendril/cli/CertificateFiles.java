package io.tendril.cli;

import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// A certificate with its chain in one file, and its key in another, which only its owner can read
/// from the moment on that it is there. Blocks.
record CertificateFiles(Path certificate, Path key) {
  static CertificateFiles in(Path directory, String name) {
    return new CertificateFiles(directory.resolve(name + ".pem"), directory.resolve(name + ".key"));
  }

  /// Makes a directory, unless it is there.
  static void make(Path directory) throws IOException {
    try {
      Files.createDirectories(directory);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(directory + ": it is no directory", e);
    } catch (AccessDeniedException e) {
      throw new IOException(directory + ": it cannot be made here", e);
    }
  }

  private static boolean isThere(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /// Whether both are there; one alone is an error.
  boolean areThere() throws IOException {
    if (isThere(certificate) != isThere(key)) {
      Path there = isThere(key) ? key : certificate;
      Path missing = isThere(key) ? certificate : key;
      throw new IOException("there is " + there + ", but not " + missing + ", which belongs to it");
    }
    return isThere(key);
  }

  /// Refuses to go on if either is there.
  ///
  /// @param advice what to do then
  void requireMissing(String advice) throws IOException {
    for (Path each : new Path[] {certificate, key}) {
      if (isThere(each)) {
        throw new IOException(each + " is there already; " + advice);
      }
    }
  }

  /// Writes both, each in one step, the key first: whoever reads meanwhile sees a pair that fits,
  /// or one that says that it does not.
  ///
  /// @return whether it has replaced a file
  boolean write(TlsIdentity identity) throws IOException {
    boolean replaced = write(key, Pem.write(identity.key()), "rw-------");
    return write(certificate, Pem.write(identity.chain()), "rw-r--r--") || replaced;
  }

  private static boolean write(Path path, String text, String permissions) throws IOException {
    boolean replaces = isThere(path);
    Path beside = path.resolveSibling("." + path.getFileName() + ".new");
    Files.deleteIfExists(beside); // of one that was interrupted
    boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
            }
            : new FileAttribute<?>[0];
    try {
      try (var channel =
          Files.newByteChannel(
              beside,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              attributes)) {
        ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
      Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (AccessDeniedException e) {
      throw new IOException(path + ": it cannot be written", e);
    } finally {
      Files.deleteIfExists(beside);
    }
    return replaces;
  }
}
