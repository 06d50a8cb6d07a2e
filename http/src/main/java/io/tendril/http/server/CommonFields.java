package io.tendril.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.time.temporal.ChronoUnit.NANOS;
import static java.time.temporal.ChronoUnit.SECONDS;

import io.tendril.http.Headers;
import io.tendril.http.HttpDate;
import io.tendril.http.ResponseEncoder;
import io.tendril.spi.TimeSource;
import java.time.Instant;

/**
 * What the responses on connections of one kind, over TLS or in the clear, have in common: who
 * writes their heads, and the fields that every one of them has.
 */
final class CommonFields {
  final ResponseEncoder encoder;

  private final TimeSource clock;
  private final String fields;
  private byte[] lines = {};

  /** When, on the monotonic clock, the lines have to be made anew. */
  private long until;

  CommonFields(TimeSource clock, Headers fields) {
    this.clock = clock;
    this.encoder = new ResponseEncoder(fields);
    this.fields = lines(fields);
  }

  /** The lines of fields, each with its end. */
  static String lines(Headers fields) {
    var text = new StringBuilder();
    fields.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    return text.toString();
  }

  /**
   * The lines that every response has. Made at most once a second.
   *
   * @param nanos the time on the monotonic clock
   */
  byte[] lines(long nanos) {
    if (lines.length == 0 || nanos - until >= 0) {
      Instant now = clock.now();
      lines =
          ("Server: Tendril\r\nDate: " + HttpDate.format(now) + "\r\n" + fields)
              .getBytes(ISO_8859_1);
      until = nanos + now.until(now.truncatedTo(SECONDS).plusSeconds(1), NANOS);
    }
    return lines;
  }
}
