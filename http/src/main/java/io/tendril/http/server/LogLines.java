package io.tendril.http.server;

import io.tendril.http.Request;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges as lines of text. All of it is ASCII without controls: nothing that a client sends can
 * end a line, or a quoted part of one. Pure, but for the memory of the last second's name.
 */
final class LogLines {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final AccessLog.Format format;
  private long second = Long.MIN_VALUE;
  private String secondName = "";

  LogLines(AccessLog.Format format) {
    this.format = format;
  }

  void append(StringBuilder line, Exchange exchange) {
    switch (format) {
      case COMBINED -> combined(line, exchange);
      case JSON -> json(line, exchange);
    }
  }

  private static String host(SocketAddress peer) {
    return peer instanceof InetSocketAddress internet
        ? internet.getAddress() == null
            ? internet.getHostString()
            : internet.getAddress().getHostAddress()
        : "-";
  }

  // ---- Combined -------------------------------------------------------------------------------

  private void combined(StringBuilder line, Exchange exchange) {
    Request request = exchange.request();
    line.append(host(exchange.peer())).append(" - - [").append(time(exchange.ended()));
    line.append("] \"");
    if (request == null) {
      line.append('-');
    } else {
      escape(line, request.method());
      line.append(' ');
      escape(line, request.target());
      line.append(' ').append(request.version());
    }
    line.append("\" ").append(exchange.status()).append(' ').append(exchange.octets());
    line.append(" \"");
    escape(line, request == null ? null : request.header("Referer"));
    line.append("\" \"");
    escape(line, request == null ? null : request.header("User-Agent"));
    line.append("\"\n");
  }

  private String time(Instant time) {
    if (time.getEpochSecond() != second) {
      second = time.getEpochSecond();
      secondName = TIME.format(time);
    }
    return secondName;
  }

  private static void escape(StringBuilder line, @Nullable String text) {
    if (text == null) {
      line.append('-');
      return;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        line.append("\\x").append(HexFormat.of().toHexDigits((byte) c));
      } else {
        line.append(c);
      }
    }
  }

  // ---- JSON -----------------------------------------------------------------------------------

  private static void json(StringBuilder line, Exchange exchange) {
    Request request = exchange.request();
    line.append("{\"time\":\"").append(exchange.ended().truncatedTo(ChronoUnit.MILLIS));
    line.append('"');
    member(line, "peer", host(exchange.peer()));
    if (request != null) {
      member(line, "method", request.method());
      member(line, "target", request.target());
      member(line, "version", request.version());
    }
    line.append(",\"status\":").append(exchange.status());
    line.append(",\"octets\":").append(exchange.octets());
    line.append(",\"complete\":").append(exchange.complete());
    seconds(line, exchange.duration());
    if (request != null) {
      member(line, "host", request.host());
      member(line, "referer", request.header("Referer"));
      member(line, "user_agent", request.header("User-Agent"));
    }
    line.append("}\n");
  }

  /** A number of seconds, to the microsecond. */
  private static void seconds(StringBuilder line, Duration duration) {
    line.append(",\"duration\":").append(duration.toSeconds()).append('.');
    String micros = Integer.toString(duration.toNanosPart() / 1_000);
    line.repeat('0', 6 - micros.length()).append(micros);
  }

  private static void member(StringBuilder line, String name, @Nullable String value) {
    if (value == null) {
      return;
    }
    line.append(",\"").append(name).append("\":\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        line.append("\\u").append(HexFormat.of().toHexDigits(c));
      } else {
        line.append(c);
      }
    }
    line.append('"');
  }
}
