package io.tendril.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What happens next in a {@link Conversation}. */
sealed interface Step {
  /** Who does it. */
  enum Side {
    CLIENT,
    SERVER
  }

  /** The line of the file that it stands in, from 1. */
  int number();

  /** Somebody does something. */
  sealed interface Act extends Step {
    Side side();
  }

  /**
   * Octets are sent.
   *
   * @param raw as it is written, with escapes and names of variables
   * @param end what ends it on the wire
   */
  record Say(int number, Side side, String raw, String end) implements Act {
    /** What goes over the wire. */
    byte[] octets(UnaryOperator<String> variables) {
      var octets = new ByteArrayOutputStream();
      for (int at = 0; at < raw.length(); ) {
        at = octets(at, variables, octets);
      }
      octets.writeBytes(end.getBytes(StandardCharsets.US_ASCII));
      return octets.toByteArray();
    }

    /** Writes what stands at a place, and returns the place behind it. */
    private int octets(int at, UnaryOperator<String> variables, ByteArrayOutputStream octets) {
      int point = raw.codePointAt(at);
      if (point == '\\') {
        return escaped(at + 1, octets);
      }
      if (raw.startsWith("${", at)) {
        int close = raw.indexOf('}', at);
        if (close < 0) {
          throw wrong(number, "'${' without its '}'");
        }
        octets.writeBytes(
            variables.apply(raw.substring(at + 2, close)).getBytes(StandardCharsets.UTF_8));
        return close + 1;
      }
      int next = at + Character.charCount(point);
      octets.writeBytes(raw.substring(at, next).getBytes(StandardCharsets.UTF_8));
      return next;
    }

    private int escaped(int at, ByteArrayOutputStream octets) {
      char escape = at < raw.length() ? raw.charAt(at) : ' ';
      octets.write(
          switch (escape) {
            case 'r' -> '\r';
            case 'n' -> '\n';
            case 't' -> '\t';
            case '0' -> 0;
            case '\\', '$' -> escape;
            case 'x' -> hex(at + 1);
            default -> throw wrong(number, "'\\' means nothing here; write '\\\\' for itself");
          });
      return at + (escape == 'x' ? 3 : 1);
    }

    private int hex(int from) {
      try {
        return HexFormat.fromHexDigits(raw, from, from + 2);
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw wrong(number, "'\\x' wants two hexadecimal digits");
      }
    }
  }

  /** A line is sent of which only a pattern is known. */
  record Match(int number, Side side, Pattern pattern) implements Act {}

  /** A side ends its output. */
  record End(int number, Side side) implements Act {}

  /** A side breaks the connection. */
  record Reset(int number, Side side) implements Act {}

  /** Time passes. */
  record Pass(int number, Duration time) implements Step {}

  /** Reads a line of the file. */
  static Step parse(int number, String line) {
    if (line.startsWith("..")) {
      return new Pass(number, time(number, line.substring(2).strip()));
    }
    Side side =
        switch (line.charAt(0)) {
          case 'C' -> Side.CLIENT;
          case 'S' -> Side.SERVER;
          default -> throw wrong(number, "neither 'C', 'S', '..' nor '#' at its beginning");
        };
    char sign = line.length() > 1 ? line.charAt(1) : ' ';
    String text = line.length() > 2 ? line.substring(line.charAt(2) == ' ' ? 3 : 2) : "";
    return switch (sign) {
      case ':' -> checked(new Say(number, side, text, "\r\n"));
      case '|' -> checked(new Say(number, side, text, ""));
      case '~' -> new Match(number, side, pattern(number, text));
      case '!' ->
          switch (text.strip()) {
            case "end" -> new End(number, side);
            case "reset" -> new Reset(number, side);
            default -> throw wrong(number, "neither 'end' nor 'reset' behind the '!'");
          };
      default -> throw wrong(number, "none of ':', '|', '~', '!' behind its first letter");
    };
  }

  private static Say checked(Say say) {
    say.octets(name -> name);
    return say;
  }

  private static Pattern pattern(int number, String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw wrong(number, e.getDescription() + " in the pattern");
    }
  }

  private static Duration time(int number, String text) {
    Matcher matcher = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h)").matcher(text);
    if (!matcher.matches()) {
      throw wrong(number, "'" + text + "' is no time; write '500ms', '30s', '5m' or '1h'");
    }
    long amount = Long.parseLong(matcher.group(1));
    return matcher.group(2).equals("ms")
        ? Duration.ofMillis(amount)
        : Duration.parse("PT" + amount + matcher.group(2).toUpperCase(Locale.ROOT));
  }

  private static IllegalArgumentException wrong(int number, String what) {
    return new IllegalArgumentException("line " + number + " of the conversation: " + what);
  }
}
