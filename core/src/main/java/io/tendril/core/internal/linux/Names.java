package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.tendril.core.internal.linux.Kernel.Layout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;

/**
 * Internet addresses in the kernel's form, {@code sockaddr_in} and {@code sockaddr_in6}. Of a
 * family of names it remembers some that it has seen, since they are mostly seen again.
 */
final class Names {
  private static final ValueLayout.OfShort PORT =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt FOUR =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

  /** How many are remembered, once there is more than one. */
  private static final int MANY = 64;

  /** So that neighbours have places of their own: 2^64 by the golden ratio. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /** An address takes so many words in {@link #words}: 28 bytes. */
  private static final int WORDS = 4;

  private @Nullable InetSocketAddress[] known = new InetSocketAddress[1];
  private long[] words = new long[WORDS];

  // ---- From the kernel ------------------------------------------------------------------------

  /** Reads an address. */
  static InetSocketAddress read(MemorySegment from) {
    int port = from.get(PORT, Layout.SOCKADDR_IN__SIN_PORT) & 0xffff;
    try {
      if (from.get(JAVA_SHORT, 0) == Kernel.AF_INET) {
        byte[] four = from.asSlice(Layout.SOCKADDR_IN__SIN_ADDR, 4).toArray(JAVA_BYTE);
        return new InetSocketAddress(InetAddress.getByAddress(four), port);
      }
      byte[] sixteen = from.asSlice(Layout.SOCKADDR_IN6__SIN6_ADDR, 16).toArray(JAVA_BYTE);
      int scope = from.get(JAVA_INT, Layout.SOCKADDR_IN6__SIN6_SCOPE_ID);
      InetAddress address =
          scope == 0
              ? InetAddress.getByAddress(sixteen) // an IPv4 address, where it is a mapped one
              : Inet6Address.getByAddress(null, sixteen, scope);
      return new InetSocketAddress(address, port);
    } catch (UnknownHostException e) {
      throw new AssertionError(e); // the lengths are right
    }
  }

  /** The address of a socket's own end. */
  static SocketAddress local(Slab slab, int fd) {
    return Libc.local(slab.state, fd, slab.room(), slab.length) >= 0
        ? read(slab.address)
        : new InetSocketAddress(0);
  }

  /** The address of a socket's other end. */
  static SocketAddress peer(Slab slab, int fd) {
    return Libc.peer(slab.state, fd, slab.room(), slab.length) >= 0
        ? read(slab.address)
        : new InetSocketAddress(0);
  }

  /** Reads an address that may be one of those again. */
  InetSocketAddress readAgain(MemorySegment from, long at) {
    long first = from.get(JAVA_LONG, at);
    boolean six = from.get(JAVA_SHORT, at) != Kernel.AF_INET;
    long second = six ? from.get(JAVA_LONG, at + 8) : 0;
    long third = six ? from.get(JAVA_LONG, at + 16) : 0;
    long fourth = six ? from.get(JAVA_INT, at + 24) : 0;
    long hash = (((((first * SPREAD) ^ second) * SPREAD) ^ third) * SPREAD) ^ fourth;
    int slot = slot(hash);
    InetSocketAddress seen = known[slot];
    if (seen != null) {
      int word = slot * WORDS;
      if (words[word] == first
          && words[word + 1] == second
          && words[word + 2] == third
          && words[word + 3] == fourth) {
        return seen;
      }
      slot = other(slot, hash);
    }
    InetSocketAddress address = read(from.asSlice(at));
    remember(slot, address, first, second, third, fourth);
    return address;
  }

  // ---- To the kernel --------------------------------------------------------------------------

  /**
   * Writes an address for a socket of a family.
   *
   * @return how long it is
   */
  static int write(SocketAddress address, boolean six, MemorySegment to) {
    if (!(address instanceof InetSocketAddress internet)) {
      throw new UnsupportedAddressTypeException();
    }
    InetAddress host = internet.getAddress();
    if (host == null) {
      throw new UnresolvedAddressException();
    }
    to.fill((byte) 0);
    to.set(PORT, Layout.SOCKADDR_IN__SIN_PORT, (short) internet.getPort());
    if (!six) {
      to.set(JAVA_SHORT, 0, (short) Kernel.AF_INET);
      if (host instanceof Inet4Address) {
        to.asSlice(Layout.SOCKADDR_IN__SIN_ADDR, 4)
            .copyFrom(MemorySegment.ofArray(host.getAddress()));
      } else if (!host.isAnyLocalAddress()) {
        throw new UnsupportedAddressTypeException();
      }
      return Layout.SOCKADDR_IN;
    }
    to.set(JAVA_SHORT, 0, (short) Kernel.AF_INET6);
    if (host instanceof Inet6Address sixteen) {
      to.asSlice(Layout.SOCKADDR_IN6__SIN6_ADDR, 16)
          .copyFrom(MemorySegment.ofArray(sixteen.getAddress()));
      to.set(JAVA_INT, Layout.SOCKADDR_IN6__SIN6_SCOPE_ID, sixteen.getScopeId());
    } else if (!host.isAnyLocalAddress()) {
      to.set(
          FOUR,
          Layout.SOCKADDR_IN6__SIN6_ADDR + 8,
          0xffff); // a mapped one: RFC 4291, section 2.5.5.2
      to.asSlice(Layout.SOCKADDR_IN6__SIN6_ADDR + 12, 4)
          .copyFrom(MemorySegment.ofArray(host.getAddress()));
    }
    return Layout.SOCKADDR_IN6;
  }

  /** Writes an address that may be one of those again: the same object. */
  int writeAgain(InetSocketAddress address, boolean six, MemorySegment to, long at) {
    int hash = address.hashCode();
    int slot = slot(hash);
    InetSocketAddress seen = known[slot];
    if (address != seen) {
      MemorySegment place = to.asSlice(at, Layout.SOCKADDR_IN6);
      int length = write(address, six, place);
      remember(
          seen == null ? slot : other(slot, hash),
          address,
          place.get(JAVA_LONG, 0),
          place.get(JAVA_LONG, 8),
          place.get(JAVA_LONG, 16),
          place.get(JAVA_INT, 24));
      return length;
    }
    int word = slot * WORDS;
    to.set(JAVA_LONG, at, words[word]);
    to.set(JAVA_LONG, at + 8, words[word + 1]);
    if (!six) {
      return Layout.SOCKADDR_IN;
    }
    to.set(JAVA_LONG, at + 16, words[word + 2]);
    to.set(JAVA_INT, at + 24, (int) words[word + 3]);
    return Layout.SOCKADDR_IN6;
  }

  // ---- Remembered -----------------------------------------------------------------------------

  private int slot(long hash) {
    return (int) ((hash * SPREAD) >>> 58) & (known.length - 1);
  }

  /** The place of one more, where another one is. */
  private int other(int taken, long hash) {
    if (known.length == MANY) {
      return taken;
    }
    known = new InetSocketAddress[MANY];
    words = new long[MANY * WORDS];
    return slot(hash);
  }

  private void remember(
      int slot, InetSocketAddress address, long first, long second, long third, long fourth) {
    known[slot] = address;
    int word = slot * WORDS;
    words[word] = first;
    words[word + 1] = second;
    words[word + 2] = third;
    words[word + 3] = fourth;
  }

  // ---- Kept in few bytes ----------------------------------------------------------------------

  /** An IPv4 address in one number; -1 for any other. */
  static long pack(MemorySegment from) {
    return from.get(JAVA_SHORT, 0) == Kernel.AF_INET
        ? ((from.get(FOUR, Layout.SOCKADDR_IN__SIN_ADDR) & 0xffff_ffffL) << 16)
            | (from.get(PORT, Layout.SOCKADDR_IN__SIN_PORT) & 0xffff)
        : -1;
  }

  static InetSocketAddress unpack(long packed) {
    int four = (int) (packed >>> 16);
    byte[] bytes = {(byte) (four >>> 24), (byte) (four >>> 16), (byte) (four >>> 8), (byte) four};
    try {
      return new InetSocketAddress(InetAddress.getByAddress(bytes), (int) packed & 0xffff);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
