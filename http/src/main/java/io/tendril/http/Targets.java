package io.tendril.http;

/** The four forms of a request target: RFC 9112, section 3.2. */
final class Targets {
  private static final String[] SCHEMES = {"http://", "https://"};

  private Targets() {}

  /** Refuses a target that has none of the forms that its method allows. */
  static void check(String method, byte[] octets, int from, int to) {
    if (method.equals("CONNECT")) {
      checkAuthority(octets, from, to);
      return;
    }
    if (octets[from] == '/') {
      return;
    }
    if (octets[from] == '*') {
      if (to - from != 1 || !method.equals("OPTIONS")) {
        throw HttpViolation.bad("an asterisk as target");
      }
      return;
    }
    int authority = schemeEnd(octets, from, to);
    if (authority < 0
        || !Grammar.isAuthority(octets, authority, authorityEnd(octets, authority, to))) {
      throw HttpViolation.bad("a target of no known form");
    }
  }

  /** A tunnel needs a host and a port: RFC 9110, section 9.3.6. */
  private static void checkAuthority(byte[] octets, int from, int to) {
    boolean port = Grammar.isDigit(octets[to - 1]) && octets[to - 1] != ']';
    int colon = to;
    while (colon > from && octets[colon - 1] != ':') {
      port &= Grammar.isDigit(octets[colon - 1]);
      colon--;
    }
    if (!port || colon == from || !Grammar.isAuthority(octets, from, to)) {
      throw HttpViolation.bad("CONNECT to something that is no host and port");
    }
  }

  /** Where the authority of an absolute URI ends that begins at {@code from}. */
  static int authorityEnd(byte[] octets, int from, int to) {
    int end = from;
    while (end < to && octets[end] != '/' && octets[end] != '?') {
      end++;
    }
    return end;
  }

  /** Where the authority of an {@code http} or {@code https} URI begins, or -1. */
  static int schemeEnd(byte[] octets, int from, int to) {
    for (String scheme : SCHEMES) {
      int i = 0;
      while (i < scheme.length()
          && from + i < to
          && (octets[from + i] | 0x20) == (scheme.charAt(i) | 0x20)) {
        i++;
      }
      if (i == scheme.length()) {
        return from + i;
      }
    }
    return -1;
  }
}
