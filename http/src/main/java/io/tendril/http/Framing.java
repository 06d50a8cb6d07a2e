package io.tendril.http;

/**
 * What the fields of a request say about where it ends and what comes after: RFC 9112, sections 6.3
 * and 9.3. All doubt is refused, for doubt is what request smuggling lives on.
 */
final class Framing {
  static final long CHUNKED = -1;

  private final boolean http10;

  /** The octets of the content, or {@link #CHUNKED}. */
  long length;

  boolean persistent;
  boolean expectsContinue;

  private int hosts;
  private boolean lengthSeen;
  private boolean codingSeen;
  private boolean closing;

  Framing(boolean http10) {
    this.http10 = http10;
    this.persistent = !http10;
  }

  void read(Headers headers) {
    for (int i = 0; i < headers.size(); i++) {
      // The lengths of the names that matter here: few fields need to be compared.
      switch (headers.nameLength(i)) {
        case 4 -> host(headers, i);
        case 6 -> expect(headers, i);
        case 10 -> connection(headers, i);
        case 14 -> contentLength(headers, i);
        case 17 -> transferEncoding(headers, i);
        default -> {}
      }
    }
    if (hosts == 0 && !http10) {
      throw HttpViolation.bad("no Host");
    }
    if (codingSeen && lengthSeen) {
      throw HttpViolation.bad("Content-Length beside Transfer-Encoding");
    }
  }

  private void host(Headers headers, int i) {
    if (headers.isNamed(i, "Host")) {
      if (++hosts > 1) {
        throw HttpViolation.bad("more than one Host");
      }
      if (!Grammar.isAuthority(headers.octets(), headers.valueStart(i), headers.valueEnd(i))) {
        throw HttpViolation.bad("an invalid Host");
      }
    }
  }

  private void expect(Headers headers, int i) {
    if (headers.isNamed(i, "Expect") && !http10) {
      if (!headers.isValued(i, "100-continue")) {
        throw new HttpViolation(417, "an unknown expectation");
      }
      expectsContinue = true;
    }
  }

  private void connection(Headers headers, int i) {
    if (headers.isNamed(i, "Connection")) {
      for (String option : headers.value(i).split(",", -1)) {
        if (option.strip().equalsIgnoreCase("close")) {
          persistent = false;
          closing = true;
        } else if (option.strip().equalsIgnoreCase("keep-alive")) {
          persistent = !closing;
        }
      }
    }
  }

  private void contentLength(Headers headers, int i) {
    if (headers.isNamed(i, "Content-Length")) {
      long value = number(headers.octets(), headers.valueStart(i), headers.valueEnd(i));
      if (lengthSeen && value != length) {
        throw HttpViolation.bad("two values of Content-Length");
      }
      lengthSeen = true;
      length = value;
    }
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

  private void transferEncoding(Headers headers, int i) {
    if (headers.isNamed(i, "Transfer-Encoding")) {
      if (http10) {
        throw HttpViolation.bad("Transfer-Encoding in HTTP/1.0");
      }
      if (codingSeen || !headers.isValued(i, "chunked")) {
        throw HttpViolation.bad("a transfer coding that is not chunked");
      }
      codingSeen = true;
      length = CHUNKED;
    }
  }
}
