package io.tendril.core.proxy;

import io.tendril.core.framing.FramingViolation;
import io.tendril.core.proxy.ProxyHeader.Value;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The header of version 2: a fixed part, addresses, and values (section 2.2). */
final class ProxyBlock {
  /** What it begins with. */
  static final byte[] FIRST = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

  /** How long its fixed part is. */
  static final int FIXED = 16;

  private static final int LOCAL = 0x20;
  private static final int PROXY = 0x21;
  private static final int CHECKSUM = 0x03;
  private static final int NOTHING = 0x04;

  private ProxyBlock() {}

  /**
   * Reads it from where it begins; null while it is not all there.
   *
   * @param limit the most octets behind the fixed part
   */
  static @Nullable ProxyHeader read(ByteBuffer in, int limit) {
    int start = in.position();
    int command = in.get(start + 12) & 0xff;
    int length = in.getShort(start + 14) & 0xffff;
    if (command != LOCAL && command != PROXY) {
      throw new FramingViolation("a PROXY header of no known version and command");
    } else if (length > limit) {
      throw new FramingViolation.TooLong("PROXY header", limit);
    } else if (in.remaining() < FIXED + length) {
      return null;
    }
    ByteBuffer whole = in.slice(start, FIXED + length);
    ProxyHeader header = read(whole, command == LOCAL);
    in.position(start + FIXED + length);
    return header;
  }

  private static ProxyHeader read(ByteBuffer whole, boolean local) {
    int family = whole.get(13) & 0xff;
    ByteBuffer rest = whole.duplicate().position(FIXED);
    int addresses =
        switch (family) {
          case 0x11, 0x12 -> 12;
          case 0x21, 0x22 -> 36;
          case 0x31, 0x32 -> 216;
          default -> 0;
        };
    if (rest.remaining() < addresses) {
      throw new FramingViolation("a PROXY header that is shorter than its addresses");
    }
    ByteBuffer known = rest.slice(rest.position(), addresses);
    rest.position(rest.position() + addresses);
    // Of a family that is not known, nobody can tell where the values begin.
    List<Value> values = addresses > 0 ? values(rest, false) : List.of();
    check(values, whole, FIXED + addresses);
    boolean says = addresses > 0 && !local;
    return new ProxyHeader(
        2, says ? address(known, 0) : null, says ? address(known, 1) : null, values);
  }

  /** The first or second address of a block. */
  private static @Nullable SocketAddress address(ByteBuffer block, int index) {
    if (block.capacity() == 216) {
      return unix(block.slice(index * 108, 108));
    }
    boolean six = block.capacity() == 36;
    byte[] host = new byte[six ? 16 : 4];
    block.get(index * host.length, host);
    int port = block.getShort(2 * host.length + 2 * index) & 0xffff;
    try {
      return new InetSocketAddress(InetAddress.getByAddress(host), port);
    } catch (UnknownHostException e) {
      throw new AssertionError(e); // the lengths are right
    }
  }

  /** A path; null for no name, or one that is not a path. */
  private static @Nullable SocketAddress unix(ByteBuffer octets) {
    int length = 0;
    while (length < octets.capacity() && octets.get(length) != 0) {
      length++;
    }
    byte[] path = new byte[length];
    octets.get(0, path);
    try {
      return length == 0
          ? null
          : UnixDomainSocketAddress.of(new String(path, StandardCharsets.UTF_8));
    } catch (InvalidPathException e) {
      return null; // it cannot be a path here
    }
  }

  /**
   * Reads values to the end.
   *
   * @param inner whether they are inside of one that has values
   */
  static List<Value> values(ByteBuffer in, boolean inner) {
    List<Value> values = new ArrayList<>();
    while (in.hasRemaining()) {
      if (in.remaining() < 3) {
        throw new FramingViolation("a PROXY header that ends inside of a value");
      }
      int type = in.get() & 0xff;
      int length = in.getShort() & 0xffff;
      if (length > in.remaining()) {
        throw new FramingViolation("a PROXY header that ends inside of a value");
      }
      byte[] octets = new byte[length];
      in.get(octets);
      if (type == ProxyHeader.SSL) {
        checkTls(octets, inner);
      }
      if (type != NOTHING) {
        values.add(new Value(type, octets));
      }
    }
    return values;
  }

  /** What is wrong with this is to be found here, and not when somebody asks for it. */
  private static void checkTls(byte[] octets, boolean inner) {
    if (inner || !ProxyHeader.Tls.isWhole(octets)) {
      throw new FramingViolation("a PROXY header whose word on TLS is none");
    }
    ProxyHeader.Tls.values(octets);
  }

  /**
   * Checks the sum over the whole header, if there is one: it is taken with the sum itself zero.
   */
  private static void check(List<Value> values, ByteBuffer whole, int begin) {
    for (Value value : values) {
      if (value.type() == CHECKSUM) {
        if (value.octets().length != 4) {
          throw new FramingViolation("a PROXY header with a checksum of another length");
        }
        int stated = ByteBuffer.wrap(value.octets()).getInt();
        if (sum(whole, position(whole, begin)) != stated) {
          throw new FramingViolation("a PROXY header whose checksum does not hold");
        }
        return;
      }
    }
  }

  private static int sum(ByteBuffer whole, int at) {
    var sum = new CRC32C();
    sum.update(whole.slice(0, at));
    sum.update(new byte[4]);
    sum.update(whole.slice(at + 4, whole.capacity() - at - 4));
    return (int) sum.getValue();
  }

  /** Where the octets of the first checksum are. */
  private static int position(ByteBuffer whole, int begin) {
    int at = begin;
    while (whole.get(at) != CHECKSUM) {
      at += 3 + (whole.getShort(at + 1) & 0xffff);
    }
    return at + 3;
  }
}
