package io.tendril.core.proxy;

import io.tendril.core.framing.Decoder;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of either version. There is one, at the beginning of a connection; what follows
 * it is left in the buffer. Anything else there is a violation as soon as it is seen to be: nobody
 * is to guess whether there is a header.
 */
public final class ProxyHeaderDecoder implements Decoder<ProxyHeader> {
  /** The most octets behind the fixed part of version 2, unless one says otherwise. */
  public static final int DEFAULT_LIMIT = 4096;

  private static final byte[] FIRST = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SECOND = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

  /** A line with its end (section 2.1). */
  private static final int LONGEST_LINE = 107;

  private static final int FIXED = 16;
  private static final int LOCAL = 0x20;
  private static final int PROXY = 0x21;
  private static final int CHECKSUM = 0x03;
  private static final int NOTHING = 0x04;

  private static final Pattern LINE =
      Pattern.compile("PROXY (TCP4|TCP6) ([^ ]+) ([^ ]+) ([0-9]{1,5}) ([0-9]{1,5})");
  private static final Pattern FOUR =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
  private static final Pattern SIX = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

  private final int limit;

  /** Headers of a usual size. */
  public ProxyHeaderDecoder() {
    this(DEFAULT_LIMIT);
  }

  /**
   * Headers of a limited size.
   *
   * @param limit the most octets behind the fixed part of version 2, which has 16; 216 to 65535
   */
  public ProxyHeaderDecoder(int limit) {
    if (limit < 216 || limit > 65_535) {
      throw new IllegalArgumentException("a limit of " + limit + " octets");
    }
    this.limit = limit;
  }

  @Override
  public int unreadLimit() {
    return limit + FIXED;
  }

  @Override
  public @Nullable ProxyHeader next(ByteBuffer in) {
    if (!in.hasRemaining()) {
      return null;
    }
    if (begins(in, FIRST)) {
      return in.remaining() < FIRST.length ? null : line(in);
    } else if (begins(in, SECOND)) {
      return in.remaining() < FIXED ? null : binary(in);
    }
    throw new FramingViolation("no PROXY header comes first");
  }

  /** Whether what is there agrees with the beginning of a header, as far as it goes. */
  private static boolean begins(ByteBuffer in, byte[] wanted) {
    int length = Math.min(wanted.length, in.remaining());
    return in.slice(in.position(), length).equals(ByteBuffer.wrap(wanted, 0, length));
  }

  // ---- Version 1 ------------------------------------------------------------------------------

  private static @Nullable ProxyHeader line(ByteBuffer in) {
    int most = Math.min(in.remaining(), LONGEST_LINE);
    for (int i = FIRST.length; i < most; i++) {
      byte octet = in.get(in.position() + i);
      boolean ends = octet == '\n';
      if (ends && in.get(in.position() + i - 1) == '\r') {
        byte[] octets = new byte[i + 1];
        ByteBuffer rest = in.duplicate();
        rest.get(octets);
        ProxyHeader header = line(new String(octets, 0, i - 1, StandardCharsets.ISO_8859_1));
        in.position(rest.position());
        return header;
      } else if (ends) {
        throw new FramingViolation("a PROXY line that ends with a bare LF");
      }
    }
    if (in.remaining() >= LONGEST_LINE) {
      throw new FramingViolation.TooLong("PROXY line", LONGEST_LINE);
    }
    return null;
  }

  private static ProxyHeader line(String line) {
    if (line.equals("PROXY UNKNOWN") || line.startsWith("PROXY UNKNOWN ")) {
      return new ProxyHeader(1, null, null, List.of());
    }
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      throw new FramingViolation("a PROXY line that is none");
    }
    boolean six = parts.group(1).equals("TCP6");
    return new ProxyHeader(
        1,
        address(parts.group(2), parts.group(4), six),
        address(parts.group(3), parts.group(5), six),
        List.of());
  }

  private static InetSocketAddress address(String host, String port, boolean six) {
    int number = Integer.parseInt(port);
    boolean zeros = port.length() > 1 && port.startsWith("0");
    if (number > 65_535 || zeros || !(six ? SIX : FOUR).matcher(host).matches()) {
      throw new FramingViolation("a PROXY line with an address that is none");
    }
    try {
      return new InetSocketAddress(InetAddress.ofLiteral(host), number);
    } catch (IllegalArgumentException e) {
      throw new FramingViolation("a PROXY line with an address that is none");
    }
  }

  // ---- Version 2 ------------------------------------------------------------------------------

  private @Nullable ProxyHeader binary(ByteBuffer in) {
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
    ProxyHeader header = binary(whole, command == LOCAL);
    in.position(start + FIXED + length);
    return header;
  }

  private static ProxyHeader binary(ByteBuffer whole, boolean local) {
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
