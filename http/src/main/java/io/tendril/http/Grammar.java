package io.tendril.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Which octets may stand where: RFC 9110, sections 5.5 and 5.6; RFC 3986, appendix A. */
final class Grammar {
  /** In tokens: methods, field names. */
  private static final byte TOKEN = 1;

  /** In field values: everything but controls, the tab excepted. */
  private static final byte VALUE = 2;

  /**
   * In request targets: visible ASCII but no fragment. Wider than RFC 3986, as browsers send some
   * of what that excludes.
   */
  private static final byte TARGET = 4;

  /** In host names, percent signs excepted. */
  private static final byte HOST = 8;

  /** In IP literals between their brackets. */
  private static final byte LITERAL = 16;

  private static final byte[] CLASSES = classes();

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final long ONES = 0x0101010101010101L;
  private static final long SPACES = 0x2020202020202020L;
  private static final long HIGHS = 0x8080808080808080L;

  private Grammar() {}

  private static byte[] classes() {
    var classes = new byte[256];
    for (int c = 0; c < 256; c++) {
      boolean alphanumeric = isAlphanumeric(c);
      byte mask = 0;
      mask |= alphanumeric || "!#$%&'*+-.^_`|~".indexOf(c) >= 0 ? TOKEN : 0;
      mask |= c == '\t' || (c >= ' ' && c != 0x7f) ? VALUE : 0;
      mask |= c > ' ' && c < 0x7f && c != '#' ? TARGET : 0;
      mask |= alphanumeric || "-._~!$&'()*+,;=".indexOf(c) >= 0 ? HOST : 0;
      mask |= alphanumeric || ".:".indexOf(c) >= 0 ? LITERAL : 0;
      classes[c] = mask;
    }
    return classes;
  }

  private static boolean isAlphanumeric(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  static boolean isToken(byte b) {
    return (CLASSES[b & 0xff] & TOKEN) != 0;
  }

  static boolean isValue(byte b) {
    return (CLASSES[b & 0xff] & VALUE) != 0;
  }

  static boolean isTarget(byte b) {
    return (CLASSES[b & 0xff] & TARGET) != 0;
  }

  static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  /** Where the first octet is that no field value has, or {@code to}. Looks at eight at a time. */
  static int valueEnd(byte[] octets, int from, int to) {
    int i = from;
    while (i + 8 <= to) {
      long eight = (long) EIGHT.get(octets, i);
      long deleted = eight ^ 0x7f7f7f7f7f7f7f7fL;
      // Whether any octet is below a space, or is DEL: the tab among them is told apart below.
      long found = ((eight - SPACES) & ~eight) | ((deleted - ONES) & ~deleted);
      if ((found & HIGHS) != 0) {
        break;
      }
      i += 8;
    }
    while (i < to && isValue(octets[i])) {
      i++;
    }
    return i;
  }

  /** Whether octets are a text, of ASCII, without regard to case. */
  static boolean equalsIgnoreCase(byte[] octets, int from, int to, String text) {
    if (to - from != text.length()) {
      return false;
    }
    for (int i = from; i < to; i++) {
      int a = octets[i] & 0xff;
      int b = text.charAt(i - from);
      if (a != b && lower(a) != lower(b)) {
        return false;
      }
    }
    return true;
  }

  private static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }

  /**
   * Whether a list of tokens (RFC 9110, section 5.6.1) has this one, without regard to case.
   *
   * @param from where the list begins
   * @param to where it ends
   */
  static boolean hasToken(byte[] octets, int from, int to, String token) {
    int start = from;
    while (start < to) {
      int comma = start;
      while (comma < to && octets[comma] != ',') {
        comma++;
      }
      int end = comma;
      while (start < end && isSpace(octets[start])) {
        start++;
      }
      while (end > start && isSpace(octets[end - 1])) {
        end--;
      }
      if (equalsIgnoreCase(octets, start, end, token)) {
        return true;
      }
      start = comma + 1;
    }
    return false;
  }

  static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** The value of a hexadecimal digit, or -1. */
  static int hex(byte b) {
    return b >= '0' && b <= '9'
        ? b - '0'
        : b >= 'a' && b <= 'f' ? b - 'a' + 10 : b >= 'A' && b <= 'F' ? b - 'A' + 10 : -1;
  }

  /** Whether a string is a token. */
  static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7f || !isToken((byte) text.charAt(i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /**
   * Whether octets are a host and perhaps a port: {@code uri-host [ ":" port ]} of RFC 9110,
   * section 7.2, and not empty.
   */
  static boolean isAuthority(byte[] octets, int from, int to) {
    boolean bracketed = from < to && octets[from] == '[';
    int end = bracketed ? literal(octets, from, to) : name(octets, from, to);
    return end > from && (end == to || (octets[end] == ':' && isPort(octets, end + 1, to)));
  }

  /** Where an IP literal ends, its brackets included, or -1. */
  private static int literal(byte[] octets, int from, int to) {
    int i = from + 1;
    while (i < to && (CLASSES[octets[i] & 0xff] & LITERAL) != 0) {
      i++;
    }
    return i < to && octets[i] == ']' && i > from + 1 ? i + 1 : -1;
  }

  /** Where a registered name or an IPv4 address ends, or -1. */
  private static int name(byte[] octets, int from, int to) {
    int i = from;
    while (i < to && octets[i] != ':') {
      if (octets[i] == '%' && i + 2 < to && hex(octets[i + 1]) >= 0 && hex(octets[i + 2]) >= 0) {
        i += 3;
      } else if ((CLASSES[octets[i] & 0xff] & HOST) != 0) {
        i++;
      } else {
        return -1;
      }
    }
    return i;
  }

  private static boolean isPort(byte[] octets, int from, int to) {
    int port = 0;
    for (int i = from; i < to; i++) {
      if (!isDigit(octets[i])) {
        return false;
      }
      port = port * 10 + octets[i] - '0';
      if (port > 65_535) {
        return false;
      }
    }
    return true;
  }
}
