package io.tendril.core.proxy;

import io.tendril.core.framing.FramingViolation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header of version 1: a line (section 2.1). */
final class ProxyLine {
  /** What it begins with. */
  static final byte[] FIRST = "PROXY ".getBytes(StandardCharsets.US_ASCII);

  /** With its end. */
  private static final int LONGEST = 107;

  private static final Pattern LINE =
      Pattern.compile("PROXY (TCP4|TCP6) ([^ ]+) ([^ ]+) ([0-9]{1,5}) ([0-9]{1,5})");
  private static final Pattern FOUR =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
  private static final Pattern SIX = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

  private ProxyLine() {}

  /** Reads it from where it begins; null while its end is not there. */
  static @Nullable ProxyHeader read(ByteBuffer in) {
    int most = Math.min(in.remaining(), LONGEST);
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
    if (in.remaining() >= LONGEST) {
      throw new FramingViolation.TooLong("PROXY line", LONGEST);
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
}
