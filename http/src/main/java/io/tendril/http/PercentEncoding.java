package io.tendril.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/**
 * Text in the parts of a URI: RFC 3986, section 2.1, over UTF-8. What is decoded must be UTF-8 in
 * its shortest form, so that nothing has two encodings by which it could slip past a check.
 */
public final class PercentEncoding {
  private static final String HEX = "0123456789ABCDEF";

  private PercentEncoding() {}

  /** A segment of a path: encoded but for what RFC 3986 calls unreserved. */
  public static String encode(String text) {
    var encoded = new StringBuilder(text.length() + 16);
    for (byte octet : text.getBytes(UTF_8)) {
      if (isUnreserved(octet)) {
        encoded.append((char) octet);
      } else {
        encoded.append('%').append(HEX.charAt(octet >> 4 & 15)).append(HEX.charAt(octet & 15));
      }
    }
    return encoded.toString();
  }

  private static boolean isUnreserved(byte octet) {
    return (octet >= 'a' && octet <= 'z')
        || (octet >= 'A' && octet <= 'Z')
        || Grammar.isDigit(octet)
        || "-._~".indexOf(octet) >= 0;
  }

  /**
   * Undoes the encoding of a part that was cut out first: of one segment, not of a path.
   *
   * @throws HttpFailure 400 if it is out of grammar, or no UTF-8
   */
  public static String decode(String encoded) {
    return decode(encoded, false);
  }

  private static String decode(String encoded, boolean plusIsSpace) {
    byte[] octets = encoded.getBytes(ISO_8859_1);
    int length = 0;
    for (int i = 0; i < octets.length; i++) {
      if (octets[i] == '%') {
        boolean whole = i + 2 < octets.length;
        int high = whole ? Grammar.hex(octets[i + 1]) : -1;
        int low = whole ? Grammar.hex(octets[i + 2]) : -1;
        if (high < 0 || low < 0) {
          throw new HttpFailure(400, "a percent sign without two digits");
        }
        octets[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        octets[length++] = octets[i] == '+' && plusIsSpace ? (byte) ' ' : octets[i];
      }
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(octets, 0, length)).toString();
    } catch (CharacterCodingException e) {
      throw new HttpFailure(400, "percent-encoded octets that are not UTF-8");
    }
  }

  /** The first value of a name among pairs of {@code application/x-www-form-urlencoded}. */
  static @Nullable String inForm(String pairs, String name) {
    for (String pair : pairs.split("&", -1)) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      if (!pair.isEmpty() && decode(key, true).equals(name)) {
        return equals < 0 ? "" : decode(pair.substring(equals + 1), true);
      }
    }
    return null;
  }
}
