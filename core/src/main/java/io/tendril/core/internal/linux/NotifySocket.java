package io.tendril.core.internal.linux;

import static io.tendril.core.internal.linux.Libc.impossible;
import static io.tendril.core.internal.linux.Libc.result;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The socket that a manager of services listens at for what they tell: sd_notify(3). */
public final class NotifySocket {
  /** It may wait, for the manager to have read what came before. */
  private static final MethodHandle SENDTO =
      Libc.slowLong("sendto", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);

  private static final int PATH = 2;
  private static final int LONGEST = 107;

  private NotifySocket() {}

  /**
   * Sends a message; may wait.
   *
   * @param address a path, or with an {@code @} before it an abstract name
   * @throws IOException if nobody is there, or if the address is none of the kind
   */
  public static void send(String address, String message) throws IOException {
    send(address, message, Kernel.MSG_NOSIGNAL);
  }

  /**
   * Sends a message unless that would have to wait.
   *
   * @throws IOException as {@link #send}, and if it would have to wait
   */
  public static void offer(String address, String message) throws IOException {
    send(address, message, Kernel.MSG_NOSIGNAL | Kernel.MSG_DONTWAIT);
  }

  private static void send(String address, String message, int flags) throws IOException {
    String missing = LinuxEngine.unavailable();
    if (missing != null) {
      throw new IOException("the manager of this service cannot be told: " + missing);
    }
    byte[] name = address.getBytes(UTF_8);
    boolean isAbstract = address.startsWith("@");
    if (!isAbstract && !address.startsWith("/")) {
      throw new IOException(
          "NOTIFY_SOCKET is '" + address + "', which is neither a path nor an abstract name");
    } else if (name.length > LONGEST) {
      throw new IOException("NOTIFY_SOCKET is longer than " + LONGEST + " bytes: " + address);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Libc.state());
      MemorySegment to = arena.allocate(PATH + LONGEST + 1, 8);
      to.set(JAVA_SHORT, 0, (short) Kernel.AF_UNIX);
      MemorySegment.copy(MemorySegment.ofArray(name), 0, to, PATH, name.length);
      if (isAbstract) {
        to.set(JAVA_BYTE, PATH, (byte) 0);
      }
      // A path has a zero behind it, and an abstract name is as long as it is.
      int length = PATH + name.length + (isAbstract ? 0 : 1);
      byte[] octets = message.getBytes(UTF_8);
      MemorySegment from = arena.allocateFrom(JAVA_BYTE, octets);
      send(state, to, length, from, flags, address);
    }
  }

  private static void send(
      MemorySegment state,
      MemorySegment to,
      int length,
      MemorySegment message,
      int flags,
      String address)
      throws IOException {
    int type = Kernel.SOCK_DGRAM | Kernel.SOCK_CLOEXEC;
    int fd = Errno.check(Libc.socket(state, Kernel.AF_UNIX, type, 0));
    try {
      long sent;
      do {
        sent = sendTo(state, fd, message, flags, to, length);
      } while (sent == -Kernel.EINTR);
      if (sent < 0) {
        throw new IOException(
            "the manager of this service does not hear at "
                + address
                + ": "
                + Errno.of(sent).getMessage());
      }
    } finally {
      Libc.close(state, fd);
    }
  }

  private static long sendTo(
      MemorySegment state, int fd, MemorySegment from, int flags, MemorySegment to, int length) {
    try {
      return result(
          (long) SENDTO.invokeExact(state, fd, from, from.byteSize(), flags, to, length), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }
}
