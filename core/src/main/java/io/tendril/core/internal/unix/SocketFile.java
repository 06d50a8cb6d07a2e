package io.tendril.core.internal.unix;

import io.tendril.core.unix.UnixAddress;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of a listening UNIX socket. One that another program has left behind, to which nobody
 * listens, makes room; whatever else is there stays. These are a few calls on one directory, which
 * wait no longer than binding the socket does, and so they are made where that is.
 */
public final class SocketFile {
  private static final int TYPE = 0170000;
  private static final int SOCKET = 0140000;

  private final Path path;
  private final @Nullable Object key;

  private SocketFile(Path path) throws IOException {
    this.path = path;
    this.key = attributes(path).fileKey();
  }

  /** Binds a socket. */
  @FunctionalInterface
  public interface Binding {
    /** Binds it, which makes a file. */
    void bind(Path path) throws IOException;
  }

  /** Asks whether anybody is there. */
  @FunctionalInterface
  public interface Probe {
    /**
     * Whether anybody listens, or whether that cannot be said: false is certain.
     *
     * @throws IOException if nobody could be asked
     */
    boolean answers(Path path) throws IOException;
  }

  /**
   * Binds a socket to a path.
   *
   * @throws BindException if somebody listens there, or if what is there is no socket
   */
  public static SocketFile bind(Path path, Binding binding, Probe probe) throws IOException {
    try {
      binding.bind(path);
    } catch (BindException e) {
      makeRoom(path, probe, e);
      binding.bind(path);
    }
    return new SocketFile(path);
  }

  /** The file of a socket that was bound by another process; null if it is not there. */
  public static @Nullable SocketFile of(Path path) {
    try {
      return new SocketFile(path);
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Binds a socket that nobody can reach before the file has its mode, where binding and listening
   * are one: in a directory that only this user may enter, out of which it is linked to its path.
   *
   * @throws BindException if somebody listens there, or if what is there is no socket
   */
  public static SocketFile bindHidden(Path path, int mode, Binding binding, Probe probe)
      throws IOException {
    Path parent = path.getParent() == null ? Path.of(".") : path.getParent();
    Path room =
        Files.createTempDirectory(
            parent,
            ".",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path hidden = room.resolve("s");
    try {
      var _ = UnixAddress.of(hidden); // which is longer than the path is
      binding.bind(hidden);
      Files.setPosixFilePermissions(hidden, permissions(mode));
      link(path, hidden, probe);
    } finally {
      Files.deleteIfExists(hidden);
      Files.delete(room);
    }
    return new SocketFile(path);
  }

  private static void link(Path path, Path hidden, Probe probe) throws IOException {
    try {
      Files.createLink(path, hidden);
    } catch (FileAlreadyExistsException e) {
      var inUse = new BindException("Address already in use");
      inUse.initCause(e);
      makeRoom(path, probe, inUse);
      Files.createLink(path, hidden);
    }
  }

  /** Removes a socket that nobody listens to, or fails. */
  private static void makeRoom(Path path, Probe probe, BindException inUse) throws IOException {
    BasicFileAttributes there;
    try {
      there = attributes(path);
    } catch (NoSuchFileException e) {
      throw inUse; // for another reason: no directory, no permission
    }
    if (!isSocket(path, there)) {
      var other = new BindException("what is there is no socket, and stays as it is");
      other.initCause(inUse);
      throw other;
    }
    if (probe.answers(path)) {
      throw inUse;
    }
    if (Objects.equals(there.fileKey(), attributes(path).fileKey())) {
      Files.delete(path);
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean isSocket(Path path, BasicFileAttributes there) throws IOException {
    if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return there.isOther();
    }
    int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return (mode & TYPE) == SOCKET;
  }

  /** Sets who may connect. */
  public void mode(int mode) throws IOException {
    Files.setPosixFilePermissions(path, permissions(mode));
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values(); // from 0400 on down
    for (int i = 0; i < all.length; i++) {
      if ((mode & (0400 >> i)) != 0) {
        permissions.add(all[i]);
      }
    }
    return permissions;
  }

  /**
   * Removes the file, unless it is another one by now. To be called before the socket is closed:
   * for so long no other file can have the same key.
   */
  public void remove() {
    try {
      if (Objects.equals(key, attributes(path).fileKey())) {
        Files.delete(path);
      }
    } catch (IOException e) {
      System.getLogger("io.tendril.core")
          .log(System.Logger.Level.DEBUG, "the file of a UNIX socket stays", e);
    }
  }
}
