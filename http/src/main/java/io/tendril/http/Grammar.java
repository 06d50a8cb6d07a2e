package io.tendril.http;

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
