package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tendril.core.descriptor.Descriptor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What tells the manager of services, at the socket where it listens: sd_notify(3). It is a
 * descriptor of its own, so that what is told has one where no other is left. May be used from any
 * thread.
 */
public final class NotifySocket implements AutoCloseable {
  private static final int PATH = 2;
  private static final int LONGEST = 107;

  private final String address;
  private final Descriptor descriptor;

  private NotifySocket(String address, Descriptor descriptor) {
    this.address = address;
    this.descriptor = descriptor;
  }

  /**
   * Opens one.
   *
   * @param address a path, or with an {@code @} before it an abstract name
   * @throws IOException if the address is none of the kind, or there is no descriptor left
   */
  public static NotifySocket open(String address) throws IOException {
    String missing = LinuxEngine.unavailable();
    if (missing != null) {
      throw new IOException("the manager of this service cannot be told: " + missing);
    } else if (!address.startsWith("@") && !address.startsWith("/")) {
      throw new IOException(
          "NOTIFY_SOCKET is '" + address + "', which is neither a path nor an abstract name");
    } else if (address.getBytes(UTF_8).length > LONGEST) {
      throw new IOException("NOTIFY_SOCKET is longer than " + LONGEST + " bytes: " + address);
    }
    try (Arena arena = Arena.ofConfined()) {
      int type = Kernel.SOCK_DGRAM | Kernel.SOCK_CLOEXEC;
      int fd = Libc.socket(arena.allocate(Libc.state()), Kernel.AF_UNIX, type, 0);
      return new NotifySocket(address, Descriptor.adopt(Errno.check(fd)));
    }
  }

  /**
   * Sends a message; may wait.
   *
   * @throws IOException if nobody is there
   */
  public void send(String message) throws IOException {
    send(message, Kernel.MSG_NOSIGNAL);
  }

  /**
   * Sends a message unless that would have to wait.
   *
   * @throws IOException as {@link #send}, and if it would have to wait
   */
  public void offer(String message) throws IOException {
    send(message, Kernel.MSG_NOSIGNAL | Kernel.MSG_DONTWAIT);
  }

  private void send(String message, int flags) throws IOException {
    byte[] name = address.getBytes(UTF_8);
    boolean isAbstract = address.startsWith("@");
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
      MemorySegment from = arena.allocateFrom(JAVA_BYTE, message.getBytes(UTF_8));
      long sent;
      do {
        sent = sendTo(state, descriptor.number(), from, flags, to, length);
      } while (sent == -Kernel.EINTR);
      if (sent < 0) {
        throw new IOException(
            "the manager of this service does not hear at "
                + address
                + ": "
                + Errno.of(sent).getMessage());
      }
    }
  }

  @Override
  public void close() {
    descriptor.close();
  }

  /** May wait for the manager to have read what came before. */
  private static long sendTo(
      MemorySegment state, int fd, MemorySegment from, int flags, MemorySegment to, int length) {
    long size = from.byteSize();
    return Libc.slowCall(
        state, Kernel.SYS_SENDTO, fd, Libc.at(from), size, flags, Libc.at(to), length);
  }
}
