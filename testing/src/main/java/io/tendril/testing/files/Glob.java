package io.tendril.testing.files;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Glob patterns, as {@link java.nio.file.FileSystem#getPathMatcher} describes them. */
final class Glob {
  private final String glob;
  private final StringBuilder regex = new StringBuilder();
  private int at;
  private boolean inGroup;

  private Glob(String glob) {
    this.glob = glob;
  }

  static Pattern pattern(String glob) {
    return new Glob(glob).read();
  }

  private Pattern read() {
    while (at < glob.length()) {
      char next = glob.charAt(at++);
      switch (next) {
        case '*' -> star();
        case '?' -> regex.append("[^/]");
        case '[' -> brackets();
        case '{' -> group(true, "(?:(?:");
        case '}' -> group(false, "))");
        case ',' -> regex.append(inGroup ? ")|(?:" : ",");
        case '\\' -> literal(following());
        default -> literal(next);
      }
    }
    if (inGroup) {
      throw wrong("a group without an end");
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private void star() {
    if (at < glob.length() && glob.charAt(at) == '*') {
      at++;
      regex.append(".*");
    } else {
      regex.append("[^/]*");
    }
  }

  private void group(boolean begins, String text) {
    if (begins == inGroup) {
      if (begins) {
        throw wrong("a group in a group");
      }
      literal('}');
      return;
    }
    inGroup = begins;
    regex.append(text);
  }

  private void brackets() {
    regex.append("(?!/)[");
    if (at < glob.length() && glob.charAt(at) == '!') {
      at++;
      regex.append('^');
    }
    for (boolean first = true; ; first = false) {
      char next = following();
      if (next == ']' && !first) {
        regex.append(']');
        return;
      }
      if (next == '-' && !first && at < glob.length() && glob.charAt(at) != ']') {
        regex.append('-');
      } else {
        regex.append(Character.isLetterOrDigit(next) ? "" : "\\").append(next);
      }
    }
  }

  private char following() {
    if (at == glob.length()) {
      throw wrong("it ends too early");
    }
    return glob.charAt(at++);
  }

  private void literal(char next) {
    regex.append(Pattern.quote(String.valueOf(next)));
  }

  private PatternSyntaxException wrong(String why) {
    return new PatternSyntaxException(why, glob, at);
  }
}
