package io.tendril.http;

/**
 * What the fields of a request say about where it ends and what comes after: RFC 9112, sections 6.3
 * and 9.3. All doubt is refused, for doubt is what request smuggling lives on.
 */
final class Framing {
  static final long CHUNKED = -1;

  private boolean http10;

  /** The octets of the content, or {@link #CHUNKED}. */
  long length;

  boolean persistent;
  private boolean expecting;
  private int hosts;
  private boolean lengthSeen;
  private boolean codingSeen;
  private boolean closing;

  /** Begins another request. */
  void begin(boolean isHttp10) {
    http10 = isHttp10;
    persistent = !isHttp10;
    length = 0;
    expecting = false;
    hosts = 0;
    lengthSeen = false;
    codingSeen = false;
    closing = false;
  }

  /** Whether the client waits to be told to send the content: not if there is none. */
  boolean expectsContinue() {
    return expecting && length != 0;
  }

  /** Reads one field. */
  void field(byte[] in, int name, int nameEnd, int value, int valueEnd) {
    // The lengths of the names that matter here: few fields need to be compared.
    switch (nameEnd - name) {
      case 4 -> {
        if (Grammar.equalsIgnoreCase(in, name, nameEnd, "Host")) {
          host(in, value, valueEnd);
        }
      }
      case 6 -> {
        if (!http10 && Grammar.equalsIgnoreCase(in, name, nameEnd, "Expect")) {
          expect(in, value, valueEnd);
        }
      }
      case 10 -> {
        if (Grammar.equalsIgnoreCase(in, name, nameEnd, "Connection")) {
          connection(in, value, valueEnd);
        }
      }
      case 14 -> {
        if (Grammar.equalsIgnoreCase(in, name, nameEnd, "Content-Length")) {
          contentLength(in, value, valueEnd);
        }
      }
      case 17 -> {
        if (Grammar.equalsIgnoreCase(in, name, nameEnd, "Transfer-Encoding")) {
          transferEncoding(in, value, valueEnd);
        }
      }
      default -> {}
    }
  }

  /**
   * Checks what all fields have to say together.
   *
   * @param longest how many octets of content there may be
   */
  void check(String method, long longest) {
    if (hosts == 0 && !http10) {
      throw HttpViolation.bad("no Host");
    }
    if (codingSeen && lengthSeen) {
      throw HttpViolation.bad("Content-Length beside Transfer-Encoding");
    }
    if (length != 0 && (method.equals("CONNECT") || method.equals("TRACE"))) {
      throw HttpViolation.bad("content of a " + method + " request");
    }
    if (length > longest) {
      throw HttpViolation.tooLong(longest);
    }
  }

  private void host(byte[] in, int from, int to) {
    if (++hosts > 1) {
      throw HttpViolation.bad("more than one Host");
    }
    if (!Grammar.isAuthority(in, from, to)) {
      throw HttpViolation.bad("an invalid Host");
    }
  }

  private void expect(byte[] in, int from, int to) {
    if (!Grammar.equalsIgnoreCase(in, from, to, "100-continue")) {
      throw new HttpViolation(417, "an unknown expectation");
    }
    expecting = true;
  }

  /** An option to close outweighs one to stay open, whichever comes first. */
  private void connection(byte[] in, int from, int to) {
    closing |= Grammar.hasToken(in, from, to, "close");
    if (closing) {
      persistent = false;
    } else if (http10 && Grammar.hasToken(in, from, to, "keep-alive")) {
      persistent = true;
    }
  }

  private void contentLength(byte[] in, int from, int to) {
    long value = number(in, from, to);
    if (lengthSeen && value != length) {
      throw HttpViolation.bad("two values of Content-Length");
    }
    lengthSeen = true;
    length = value;
  }

  private static long number(byte[] octets, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      if (!Grammar.isDigit(octets[i])) {
        throw HttpViolation.bad("a Content-Length that is no number");
      }
      int digit = octets[i] - '0';
      if (value > (Long.MAX_VALUE - digit) / 10) {
        throw HttpViolation.bad("a Content-Length that overflows");
      }
      value = value * 10 + digit;
    }
    if (from == to) {
      throw HttpViolation.bad("an empty Content-Length");
    }
    return value;
  }

  private void transferEncoding(byte[] in, int from, int to) {
    if (http10) {
      throw HttpViolation.bad("Transfer-Encoding in HTTP/1.0");
    }
    if (codingSeen || !Grammar.equalsIgnoreCase(in, from, to, "chunked")) {
      throw HttpViolation.bad("a transfer coding that is not chunked");
    }
    codingSeen = true;
    length = CHUNKED;
  }
}
