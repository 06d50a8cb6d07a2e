package io.tendril.core.internal.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** Writes values in the distinguished encoding of ASN.1 (X.690), as far as certificates need it. */
public final class Der {
  private static final int CONSTRUCTED = 0xa0;
  private static final DateTimeFormatter SHORT_YEAR =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'");
  private static final DateTimeFormatter LONG_YEAR =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'");

  private Der() {}

  private static byte[] value(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    var out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      byte[] big = BigInteger.valueOf(length).toByteArray();
      int skip = big[0] == 0 ? 1 : 0;
      out.write(0x80 | (big.length - skip));
      out.write(big, skip, big.length - skip);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  public static byte[] sequence(byte[]... parts) {
    return value(0x30, parts);
  }

  public static byte[] set(byte[]... parts) {
    return value(0x31, parts);
  }

  /** A value in an explicit context tag. */
  public static byte[] tagged(int tag, byte[]... parts) {
    return value(CONSTRUCTED | tag, parts);
  }

  /** Bytes behind an implicit context tag. */
  public static byte[] implicit(int tag, byte[] content) {
    return value(0x80 | tag, content);
  }

  public static byte[] integer(BigInteger number) {
    return value(0x02, number.toByteArray());
  }

  public static byte[] truth() {
    return value(0x01, new byte[] {(byte) 0xff});
  }

  public static byte[] octets(byte[] content) {
    return value(0x04, content);
  }

  /** A string of bits, of which the last ones are not used. */
  public static byte[] bits(int unused, byte[] content) {
    return value(0x03, new byte[] {(byte) unused}, content);
  }

  public static byte[] text(String text) {
    return value(0x0c, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A time, in the form that its year asks for (RFC 5280, section 4.1.2.5). */
  public static byte[] time(Instant instant) {
    ZonedDateTime time = instant.atZone(ZoneOffset.UTC);
    boolean brief = time.getYear() < 2050;
    String digits = (brief ? SHORT_YEAR : LONG_YEAR).format(time);
    return value(brief ? 0x17 : 0x18, digits.getBytes(StandardCharsets.US_ASCII));
  }

  /** An object identifier: "2.5.29.17". */
  public static byte[] oid(String dotted) {
    String[] arcs = dotted.split("\\.", -1);
    var out = new ByteArrayOutputStream();
    out.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
    for (int i = 2; i < arcs.length; i++) {
      int arc = Integer.parseInt(arcs[i]);
      for (int shift = 28; shift > 0; shift -= 7) {
        if (arc >>> shift != 0) {
          out.write(0x80 | ((arc >>> shift) & 0x7f));
        }
      }
      out.write(arc & 0x7f);
    }
    return value(0x06, out.toByteArray());
  }
}
