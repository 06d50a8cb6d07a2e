package io.tendril.http;

/**
 * Which fields may not stand in a trailer section, as what they say is needed before the content:
 * RFC 9110, section 6.5.1.
 */
final class Trailers {
  private static final String[] FORBIDDEN = {
    // Framing and routing
    "Connection",
    "Content-Length",
    "Host",
    "Keep-Alive",
    "Proxy-Connection",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    // Modifiers of a request, and its conditions
    "Cache-Control",
    "Expect",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Max-Forwards",
    "Pragma",
    "Range",
    // Authentication and state
    "Authorization",
    "Cookie",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Set-Cookie",
    "WWW-Authenticate",
    // Control data of a response
    "Age",
    "Date",
    "Expires",
    "Location",
    "Retry-After",
    "Vary",
    // How the content is to be processed
    "Content-Encoding",
    "Content-Range",
    "Content-Type",
  };

  private Trailers() {}

  /** Whether a field may not stand in a trailer section. */
  static boolean isForbidden(Headers fields, int number) {
    int length = fields.nameLength(number);
    for (String name : FORBIDDEN) {
      if (name.length() == length && fields.isNamed(number, name)) {
        return true;
      }
    }
    return false;
  }

  /** Refuses a trailer section with a field that may not stand there. */
  static void check(Headers fields) {
    for (int i = 0; i < fields.size(); i++) {
      if (isForbidden(fields, i)) {
        throw HttpViolation.bad("the field " + fields.name(i) + " as a trailer");
      }
    }
  }
}
