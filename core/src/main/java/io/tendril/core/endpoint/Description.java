package io.tendril.core.endpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * An endpoint string, cut into its parts.
 *
 * <pre>
 *   description = kind [ ":" ] / kind 1*( ":" argument )
 *   argument    = value / key "=" value
 *   value       = "[" *( any but "]" ) "]" / *( any but ":" and "\" / "\" ( ":" / "=" / "\" / "[" / "]" ) )
 *   kind, key   = a lower case letter, then these, digits and hyphens
 * </pre>
 *
 * <p>In a value without a key, {@code =} is escaped, too. In brackets nothing is.
 *
 * @param text all of the string
 * @param start where this description begins in it, for one that is part of another
 * @param kind what is before the first colon
 * @param arguments what is behind it
 */
record Description(String text, int start, String kind, List<Argument> arguments) {

  /**
   * One argument.
   *
   * @param key empty for a positional one
   * @param value without its escapes
   * @param position where the argument begins
   * @param valuePosition where the value begins
   */
  record Argument(String key, String value, int position, int valuePosition) {}

  static Description parse(String text, int start) {
    int colon = text.indexOf(':', start);
    String kind = text.substring(start, colon < 0 ? text.length() : colon);
    List<Argument> arguments = new ArrayList<>();
    boolean none = colon < 0 || colon == text.length() - 1; // "stdio:" has no arguments
    var reader = new Reader(text, none ? text.length() : colon);
    while (reader.more()) {
      arguments.add(reader.argument());
    }
    return new Description(text, start, kind, arguments);
  }

  /** Where the arguments begin. */
  int argumentsStart() {
    return Math.min(text.length(), start + kind.length() + 1);
  }

  static boolean isWord(String text) {
    return text.matches("[a-z][a-z0-9-]*");
  }

  /** A value with what has a meaning escaped, to be put into a description. */
  static String escape(String value) {
    var escaped = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (isSpecial(c)) {
        escaped.append('\\');
      }
      escaped.append(c);
    }
    return escaped.toString();
  }

  private static boolean isSpecial(char c) {
    return c == ':' || c == '=' || c == '\\' || c == '[' || c == ']';
  }

  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text, int at) {
      this.text = text;
      this.at = at;
    }

    /** Whether another argument follows: at a colon, or at the end. */
    boolean more() {
      return at < text.length();
    }

    Argument argument() {
      int position = ++at;
      if (at < text.length() && text.charAt(at) == '[') {
        return new Argument("", bracketed(), position, position);
      }
      String first = plain(true);
      if (at == text.length() || text.charAt(at) == ':') {
        if (first.isEmpty()) {
          throw new EndpointSyntax(
              text, position, "nothing here; an IPv6 address is written in brackets: [::1]");
        }
        return new Argument("", first, position, position);
      }
      if (!isWord(first)) {
        throw new EndpointSyntax(
            text,
            position,
            EndpointSyntax.quoted(first)
                + " is not the name of an option; a '=' in a value is written \\=");
      }
      int valuePosition = ++at;
      boolean brackets = at < text.length() && text.charAt(at) == '[';
      return new Argument(first, brackets ? bracketed() : plain(false), position, valuePosition);
    }

    private String bracketed() {
      int open = at;
      int close = text.indexOf(']', open);
      if (close < 0) {
        throw new EndpointSyntax(text, open, "a bracket that is not closed");
      }
      at = close + 1;
      if (at < text.length() && text.charAt(at) != ':') {
        throw new EndpointSyntax(text, at, "expected ':' or the end behind a bracket");
      }
      return text.substring(open + 1, close);
    }

    /** Reads to a colon, the end or, for what may be a key, an equals sign. */
    private String plain(boolean stopAtEquals) {
      var value = new StringBuilder();
      for (; at < text.length(); at++) {
        char c = text.charAt(at);
        if (c == ':' || (c == '=' && stopAtEquals)) {
          break;
        }
        if (c == '\\') {
          at++;
          if (at == text.length() || !isSpecial(text.charAt(at))) {
            throw new EndpointSyntax(
                text, at - 1, "a backslash stands before one of : = \\ [ ] only");
          }
          c = text.charAt(at);
        }
        value.append(c);
      }
      return value.toString();
    }
  }
}
