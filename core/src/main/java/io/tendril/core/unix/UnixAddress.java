package io.tendril.core.unix;

import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The address of a UNIX socket: a file's path, a name that is in no file system ("abstract", of
 * Linux alone), or nothing, as most clients have it. Names are octets to the kernel; here they are
 * UTF-8. Immutable.
 */
public final class UnixAddress extends SocketAddress {
  private static final long serialVersionUID = 1L;

  /** The most octets that a name can have: 107. */
  public static final int LONGEST = 107;

  private static final UnixAddress UNNAMED = new UnixAddress(new byte[0]);

  /** As the kernel has it: a path, or a NUL and an abstract name, or nothing. */
  private final byte[] octets;

  private UnixAddress(byte[] octets) {
    this.octets = octets;
  }

  /** A name that is longer than a UNIX socket can have. */
  public static final class TooLong extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private final int length;

    TooLong(String name, int length) {
      super(
          "'"
              + name
              + "' has "
              + length
              + " bytes, and the name of a UNIX socket has at most "
              + LONGEST);
      this.length = length;
    }

    /** How long it is, in bytes. */
    public int length() {
      return length;
    }
  }

  // ---- Making ---------------------------------------------------------------------------------

  /**
   * A path or, with an {@code @} in front, an abstract name: {@code /run/x.sock}, {@code @x}. A
   * file whose name begins with an {@code @} is written {@code ./@x}.
   *
   * @throws TooLong if it has more than {@value #LONGEST} bytes
   * @throws IllegalArgumentException if it is empty, or has a NUL in it
   */
  public static UnixAddress of(String name) {
    return name.startsWith("@") ? ofAbstract(name.substring(1)) : ofPath(name);
  }

  /**
   * A file's path.
   *
   * @throws TooLong if it has more than {@value #LONGEST} bytes
   */
  public static UnixAddress of(Path path) {
    return path.toString().isEmpty() ? UNNAMED : ofPath(path.toString());
  }

  /**
   * A name that is in no file system, and gone when its socket is closed.
   *
   * @throws TooLong if it has {@value #LONGEST} bytes or more
   */
  public static UnixAddress ofAbstract(String name) {
    return new UnixAddress(octets("\0" + checked(name), "@" + name));
  }

  private static UnixAddress ofPath(String path) {
    return new UnixAddress(octets(checked(path), path));
  }

  private static String checked(String name) {
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("the name of a UNIX socket is not empty, and has no NUL");
    }
    return name;
  }

  private static byte[] octets(String name, String shown) {
    byte[] octets = name.getBytes(StandardCharsets.UTF_8);
    if (octets.length > LONGEST) {
      throw new TooLong(shown, octets.length);
    }
    return octets;
  }

  /** The address of a socket that has no name: that of most clients. */
  public static UnixAddress unnamed() {
    return UNNAMED;
  }

  /**
   * An address in the form that the kernel has: a path, or a NUL and an abstract name, or nothing.
   *
   * @throws TooLong if it has more than {@value #LONGEST} bytes
   */
  public static UnixAddress ofOctets(byte[] octets) {
    if (octets.length > LONGEST) {
      throw new TooLong(printable(octets), octets.length);
    }
    return octets.length == 0 ? UNNAMED : new UnixAddress(octets.clone());
  }

  /** The JDK's addresses of UNIX sockets as ours; all others as they are. */
  public static SocketAddress from(SocketAddress address) {
    return address instanceof UnixDomainSocketAddress unix ? of(unix.getPath()) : address;
  }

  // ---- Asking ---------------------------------------------------------------------------------

  /** Whether there is no name. */
  public boolean isUnnamed() {
    return octets.length == 0;
  }

  /** Whether the name is in no file system. */
  public boolean isAbstract() {
    return octets.length > 0 && octets[0] == 0;
  }

  /** Whether it is the path of a file. */
  public boolean isPath() {
    return octets.length > 0 && octets[0] != 0;
  }

  /**
   * The file.
   *
   * @throws IllegalStateException if it is not the path of one
   */
  public Path path() {
    if (!isPath()) {
      throw new IllegalStateException(this + " is not a file");
    }
    return Path.of(new String(octets, StandardCharsets.UTF_8));
  }

  /** As the kernel has it: a path, or a NUL and an abstract name, or nothing. A copy. */
  public byte[] octets() {
    return octets.clone();
  }

  /** As {@link #of(String)} reads it; empty where there is no name. */
  public String name() {
    return isAbstract()
        ? "@" + new String(octets, 1, octets.length - 1, StandardCharsets.UTF_8)
        : new String(octets, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UnixAddress that && Arrays.equals(octets, that.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  /**
   * For messages: {@code unix:/run/x.sock}, {@code unix:@x}, {@code unix:(unnamed)}. Peers choose
   * their names themselves, so what would end a line or worse is written {@code \x0a}.
   */
  @Override
  public String toString() {
    if (isUnnamed()) {
      return "unix:(unnamed)";
    }
    return isAbstract()
        ? "unix:@" + printable(Arrays.copyOfRange(octets, 1, octets.length))
        : "unix:" + printable(octets);
  }

  private static String printable(byte[] octets) {
    var text = new StringBuilder(octets.length);
    new String(octets, StandardCharsets.UTF_8)
        .codePoints()
        .forEach(each -> {
          if (Character.isISOControl(each) || Character.getType(each) == Character.FORMAT) {
            text.append("\\x%02x".formatted(each));
          } else {
            text.appendCodePoint(each);
          }
        });
    return text.toString();
  }
}
