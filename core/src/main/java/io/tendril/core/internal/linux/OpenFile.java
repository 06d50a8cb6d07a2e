package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.tendril.core.descriptor.WrongDescriptor;
import java.io.IOException;

/**
 * What is open under a number.
 *
 * @param mode its kind, of {@code S_IFMT}
 * @param domain of a socket, or else 0
 * @param type of a socket, or else 0
 * @param listening whether it is a socket that listens
 * @param connected whether it is a socket that has a peer
 */
record OpenFile(int number, int mode, int domain, int type, boolean listening, boolean connected) {
  /** The numbers of {@code /dev/ptmx}. */
  private static final int TERMINALS = 5;

  private static final int MAKER = 2;

  static OpenFile of(Slab slab, int number) throws IOException {
    int result = DescriptorCalls.kind(slab.state, number, slab.status);
    if (result == -Kernel.EBADF) {
      throw new WrongDescriptor(number, "open", "closed");
    }
    Errno.check(result);
    int mode = slab.status.get(JAVA_SHORT, Kernel.Layout.STATX__STX_MODE) & Kernel.S_IFMT;
    if (mode != Kernel.S_IFSOCK) {
      return new OpenFile(number, mode, 0, 0, false, false);
    }
    return new OpenFile(
        number,
        mode,
        option(slab, number, Kernel.SO_DOMAIN),
        option(slab, number, Kernel.SO_TYPE),
        option(slab, number, Kernel.SO_ACCEPTCONN) != 0,
        Libc.peer(slab.state, number, slab.room(), slab.length) >= 0);
  }

  private static int option(Slab slab, int number, int option) throws IOException {
    slab.length.set(JAVA_INT, 0, 4);
    Errno.check(
        Libc.option(slab.state, number, Kernel.SOL_SOCKET, option, slab.option, slab.length));
    return slab.option.get(JAVA_INT, 0);
  }

  boolean isSocket() {
    return mode == Kernel.S_IFSOCK;
  }

  boolean isStream() {
    return type == Kernel.SOCK_STREAM;
  }

  boolean isDatagram() {
    return type == Kernel.SOCK_DGRAM;
  }

  boolean isInternet() {
    return domain == Kernel.AF_INET || domain == Kernel.AF_INET6;
  }

  /** Whether it is a socket of a family that this engine knows the addresses of. */
  boolean isKnown() {
    return isInternet() || domain == Kernel.AF_UNIX;
  }

  /**
   * Whether opening it once more, by its name under {@code /proc}, gives the same pipe or terminal.
   * Of other devices, and of the one that makes terminals, it gives another one.
   */
  boolean canBeReopened(Slab slab) {
    if (mode != Kernel.S_IFCHR) {
      return mode == Kernel.S_IFIFO;
    }
    boolean maker =
        DescriptorCalls.kind(slab.state, number, slab.status) < 0
            || (slab.status.get(JAVA_INT, Kernel.Layout.STATX__STX_RDEV_MAJOR) == TERMINALS
                && slab.status.get(JAVA_INT, Kernel.Layout.STATX__STX_RDEV_MINOR) == MAKER);
    return !maker && DescriptorCalls.isTerminal(slab.state, number);
  }

  /** It is not what was wanted. */
  WrongDescriptor insteadOf(String wanted) {
    return new WrongDescriptor(number, wanted, words());
  }

  /** What it is, for messages. */
  String words() {
    return switch (mode) {
      case Kernel.S_IFSOCK -> socketWords();
      case Kernel.S_IFIFO -> "a pipe";
      case Kernel.S_IFCHR -> "a terminal or another character device";
      case Kernel.S_IFDIR -> "a directory";
      case Kernel.S_IFBLK -> "a block device";
      case Kernel.S_IFREG -> "a regular file";
      default -> "a file without a name (an event counter, a timer, an epoll)";
    };
  }

  private String socketWords() {
    String family =
        switch (domain) {
          case Kernel.AF_INET -> "an IPv4 ";
          case Kernel.AF_INET6 -> "an IPv6 ";
          case Kernel.AF_UNIX -> "a UNIX ";
          default -> "a ";
        };
    if (isStream()) {
      return family
          + "stream socket that "
          + (listening ? "listens" : connected ? "is connected" : "is not connected");
    }
    return family + (isDatagram() ? "datagram socket" : "socket of type " + type);
  }

  /** One word for it, for addresses of what has none. */
  String noun() {
    return switch (mode) {
      case Kernel.S_IFSOCK -> "socket";
      case Kernel.S_IFIFO -> "pipe";
      case Kernel.S_IFCHR -> "device";
      default -> "file";
    };
  }
}
