package io.tendril.core.internal.linux;

import static io.tendril.core.internal.linux.Kernel.E2BIG;
import static io.tendril.core.internal.linux.Kernel.EACCES;
import static io.tendril.core.internal.linux.Kernel.EADDRINUSE;
import static io.tendril.core.internal.linux.Kernel.EADDRNOTAVAIL;
import static io.tendril.core.internal.linux.Kernel.EAFNOSUPPORT;
import static io.tendril.core.internal.linux.Kernel.EAGAIN;
import static io.tendril.core.internal.linux.Kernel.EBADF;
import static io.tendril.core.internal.linux.Kernel.ECONNABORTED;
import static io.tendril.core.internal.linux.Kernel.ECONNREFUSED;
import static io.tendril.core.internal.linux.Kernel.ECONNRESET;
import static io.tendril.core.internal.linux.Kernel.EHOSTDOWN;
import static io.tendril.core.internal.linux.Kernel.EHOSTUNREACH;
import static io.tendril.core.internal.linux.Kernel.EINTR;
import static io.tendril.core.internal.linux.Kernel.EINVAL;
import static io.tendril.core.internal.linux.Kernel.EIO;
import static io.tendril.core.internal.linux.Kernel.EMFILE;
import static io.tendril.core.internal.linux.Kernel.EMSGSIZE;
import static io.tendril.core.internal.linux.Kernel.ENETDOWN;
import static io.tendril.core.internal.linux.Kernel.ENETUNREACH;
import static io.tendril.core.internal.linux.Kernel.ENFILE;
import static io.tendril.core.internal.linux.Kernel.ENOBUFS;
import static io.tendril.core.internal.linux.Kernel.ENODEV;
import static io.tendril.core.internal.linux.Kernel.ENOENT;
import static io.tendril.core.internal.linux.Kernel.ENOEXEC;
import static io.tendril.core.internal.linux.Kernel.ENOMEM;
import static io.tendril.core.internal.linux.Kernel.ENOPROTOOPT;
import static io.tendril.core.internal.linux.Kernel.ENOSPC;
import static io.tendril.core.internal.linux.Kernel.ENOSYS;
import static io.tendril.core.internal.linux.Kernel.ENOTCONN;
import static io.tendril.core.internal.linux.Kernel.ENOTDIR;
import static io.tendril.core.internal.linux.Kernel.ENOTSOCK;
import static io.tendril.core.internal.linux.Kernel.EOPNOTSUPP;
import static io.tendril.core.internal.linux.Kernel.EPERM;
import static io.tendril.core.internal.linux.Kernel.EPIPE;
import static io.tendril.core.internal.linux.Kernel.EPROTO;
import static io.tendril.core.internal.linux.Kernel.ESRCH;
import static io.tendril.core.internal.linux.Kernel.ETIMEDOUT;
import static io.tendril.core.internal.linux.Kernel.ETOOMANYREFS;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;

/**
 * The kernel's errors by number, which x86-64 and aarch64 share, as the exceptions and in the words
 * that the JDK has for them. The C library's own words depend on the user's language.
 */
public final class Errno {
  private Errno() {}

  /** An error in words. */
  public static String words(int number) {
    return switch (number) {
      case EPERM -> "Operation not permitted";
      case E2BIG -> "Argument list too long";
      case ENOEXEC -> "Exec format error";
      case ENOTDIR -> "Not a directory";
      case ENOSYS -> "Function not implemented";
      case ENOENT -> "No such file or directory";
      case ESRCH -> "No such process";
      case EIO -> "Input/output error";
      case EBADF -> "Bad file descriptor";
      case ENOTSOCK -> "Socket operation on non-socket";
      case EINTR -> "Interrupted system call";
      case EAGAIN -> "Resource temporarily unavailable";
      case ENOMEM -> "Cannot allocate memory";
      case EACCES -> "Permission denied";
      case ENODEV -> "No such device";
      case EINVAL -> "Invalid argument";
      case ENFILE -> "Too many open files in system";
      case EMFILE -> "Too many open files";
      case ENOSPC -> "No space left on device";
      case EPIPE -> "Broken pipe";
      case ENOPROTOOPT -> "Protocol not available";
      case EPROTO -> "Protocol error";
      case EMSGSIZE -> "Message too long";
      case EAFNOSUPPORT -> "Address family not supported by protocol";
      case EADDRINUSE -> "Address already in use";
      case EADDRNOTAVAIL -> "Cannot assign requested address";
      case ENETDOWN -> "Network is down";
      case ENETUNREACH -> "Network is unreachable";
      case ECONNABORTED -> "Software caused connection abort";
      case ECONNRESET -> "Connection reset";
      case ENOBUFS -> "No buffer space available";
      case ENOTCONN -> "Transport endpoint is not connected";
      case ETOOMANYREFS -> "Too many references: cannot splice";
      case ETIMEDOUT -> "Connection timed out";
      case ECONNREFUSED -> "Connection refused";
      case EHOSTDOWN -> "Host is down";
      case EHOSTUNREACH -> "No route to host";
      default -> "error " + number + " of the kernel (errno)";
    };
  }

  /** What a call on a stream has failed with. */
  public static IOException of(long negated) {
    int number = (int) -negated;
    String words = words(number);
    return switch (number) {
      case ECONNREFUSED, ETIMEDOUT -> new ConnectException(words);
      case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN -> new NoRouteToHostException(words);
      case EADDRINUSE, EADDRNOTAVAIL, EACCES -> new BindException(words);
      default -> new SocketException(words);
    };
  }

  /** What a call on a datagram socket has failed with, which may be news of an earlier datagram. */
  static IOException ofDatagram(long negated) {
    return -negated == ECONNREFUSED
        ? new PortUnreachableException(words(ECONNREFUSED))
        : new SocketException(words((int) -negated));
  }

  /**
   * Whether there is no connection to be accepted just now: none has come, or the one that came has
   * failed by itself since, which Linux tells here (accept(2), "Error handling").
   */
  public static boolean isNoConnection(int negated) {
    return switch (-negated) {
      case EAGAIN,
          EINTR,
          ECONNABORTED,
          EPROTO,
          ENOPROTOOPT,
          EOPNOTSUPP,
          ENETDOWN,
          ENETUNREACH,
          EHOSTDOWN,
          EHOSTUNREACH ->
          true;
      default -> false;
    };
  }

  /** Fails if a call has. */
  public static int check(int result) throws IOException {
    if (result < 0) {
      throw of(result);
    }
    return result;
  }
}
