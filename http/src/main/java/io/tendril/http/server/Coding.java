package io.tendril.http.server;

import io.tendril.http.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A content coding in which a file may lie beside itself, compressed ahead of time. */
enum Coding {
  IDENTITY("identity", ""),
  BROTLI("br", ".br"),
  ZSTANDARD("zstd", ".zst"),
  GZIP("gzip", ".gz");

  /** Those that compress. */
  static final List<Coding> COMPRESSED = List.of(BROTLI, ZSTANDARD, GZIP);

  private final String token;
  private final String suffix;

  Coding(String token, String suffix) {
    this.token = token;
    this.suffix = suffix;
  }

  /** The name in {@code Content-Encoding}. */
  String token() {
    return token;
  }

  /** What the name of a file ends with that is in this coding. */
  String suffix() {
    return suffix;
  }

  /**
   * How much a client wants this, in thousandths: RFC 9110, section 12.5.3. Without {@code
   * Accept-Encoding} nothing but the file as it is.
   */
  int weight(Headers headers) {
    String accepted = headers.joined("Accept-Encoding");
    if (accepted == null) {
      return this == IDENTITY ? 1000 : 0;
    }
    Integer wildcard = null;
    for (String element : accepted.split(",", 64)) {
      int semicolon = element.indexOf(';');
      String name = (semicolon < 0 ? element : element.substring(0, semicolon)).strip();
      String rest = semicolon < 0 ? "" : element.substring(semicolon + 1);
      if (name.equalsIgnoreCase(token) || (this == GZIP && name.equalsIgnoreCase("x-gzip"))) {
        return quality(rest);
      }
      if (name.equals("*")) {
        wildcard = quality(rest);
      }
    }
    // The file as it is will do unless it is refused, but not before what was asked for.
    return wildcard != null ? wildcard : this == IDENTITY ? 1 : 0;
  }

  /** The weight of an element; what is out of grammar is not wanted. */
  private static int quality(@Nullable String parameters) {
    String text = parameters == null ? "" : parameters.strip();
    if (text.isEmpty()) {
      return 1000;
    }
    if (!text.matches("[qQ][ \t]*=[ \t]*(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)")) {
      return 0;
    }
    return (int)
        Math.round(Double.parseDouble(text.substring(text.indexOf('=') + 1).strip()) * 1000);
  }
}
