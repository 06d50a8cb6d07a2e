package io.tendril.http.server;

import io.tendril.http.HttpFailure;
import io.tendril.http.PercentEncoding;
import io.tendril.http.Request;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The path of a route, read from text as {@link Router} describes it.
 *
 * @param text as it was written
 * @param segments what is between the slashes; the last is empty if the text ends with one
 */
record PathPattern(String text, List<Segment> segments) {

  /** What stands between two slashes. */
  sealed interface Segment {}

  /** This text, decoded. */
  record Literal(String text) implements Segment {}

  /** Any one segment. */
  record Parameter(String name) implements Segment {}

  /** All that is left; a mount has no name for it. */
  record Rest(String name) implements Segment {}

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static PathPattern of(String text) {
    if (!text.startsWith("/")) {
      throw bad(text, "it does not begin with a slash");
    }
    var segments = new ArrayList<Segment>();
    var names = new HashSet<String>();
    String[] parts = text.substring(1).split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean last = i == parts.length - 1;
      Segment segment = segment(text, parts[i], last);
      String name =
          switch (segment) {
            case Literal _ -> "";
            case Parameter parameter -> parameter.name();
            case Rest rest -> rest.name();
          };
      if (!name.isEmpty() && !names.add(name)) {
        throw bad(text, "it has two parameters '" + name + "'");
      }
      segments.add(segment);
    }
    return new PathPattern(text, List.copyOf(segments));
  }

  /** The pattern of everything below a prefix. */
  static PathPattern mount(String prefix) {
    PathPattern pattern = of(prefix.endsWith("/") ? prefix : prefix + "/");
    var segments = new ArrayList<>(pattern.segments());
    segments.set(segments.size() - 1, new Rest(""));
    return new PathPattern(prefix, List.copyOf(segments));
  }

  private static Segment segment(String text, String part, boolean last) {
    if (part.startsWith("{") && part.endsWith("}")) {
      boolean rest = part.endsWith("...}");
      String name = part.substring(1, part.length() - (rest ? 4 : 1));
      if (name.isEmpty() || !name.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_')) {
        throw bad(text, "'" + part + "' has no name of letters, digits and underscores");
      }
      if (rest && !last) {
        throw bad(text, "'" + part + "' is not at the end");
      }
      return rest ? new Rest(name) : new Parameter(name);
    }
    if (part.indexOf('{') >= 0 || part.indexOf('}') >= 0) {
      throw bad(text, "a parameter is a whole segment, which '" + part + "' is not");
    }
    if (part.isEmpty() && !last) {
      throw bad(text, "it has two slashes in a row");
    }
    if (isDots(part) || part.chars().anyMatch(c -> "?#%\\".indexOf(c) >= 0 || c < ' ')) {
      throw bad(text, "no path has '" + part + "'; a pattern is written decoded");
    }
    return new Literal(part);
  }

  private static IllegalArgumentException bad(String text, String why) {
    return new IllegalArgumentException("the path '" + text + "': " + why);
  }

  /** Whether a segment would mean this directory, or the one above. */
  static boolean isDots(String segment) {
    return segment.equals(".") || segment.equals("..");
  }

  // ---- A request whose path is known to match -------------------------------------------------

  /** Whether there is nothing to bind. */
  boolean isLiteral() {
    return segments.stream().allMatch(segment -> segment instanceof Literal);
  }

  /** A request as the handler is to see it: with its parameters, or without the prefix. */
  Request bind(Request request) {
    int length = request.pathLength();
    int start = 1;
    List<String> bound = List.of();
    for (int i = 0; i < segments.size(); i++) {
      int end = start;
      while (end < length && request.pathOctet(end) != '/') {
        end++;
      }
      switch (segments.get(i)) {
        case Literal _ -> {}
        case Parameter(var name) -> bound = with(bound, name, segment(request, start, end));
        case Rest(var name) when name.isEmpty() -> {
          return request.below(start - 1).withParameters(bound.toArray(String[]::new));
        }
        case Rest(var name) -> bound = with(bound, name, rest(request, start));
      }
      start = end + 1;
    }
    return bound.isEmpty() ? request : request.withParameters(bound.toArray(String[]::new));
  }

  private static List<String> with(List<String> bound, String name, String value) {
    List<String> longer = bound.isEmpty() ? new ArrayList<>() : bound;
    longer.add(name);
    longer.add(value);
    return longer;
  }

  private static String segment(Request request, int start, int end) {
    String text = PercentEncoding.decode(request.path().substring(start, end));
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new HttpFailure(400, "a control character in the path");
    }
    return text;
  }

  /** Whoever makes a file's name of it must not be led anywhere else. */
  private static String rest(Request request, int start) {
    String text = segment(request, start, request.pathLength());
    for (String part : text.split("[/\\\\]", -1)) {
      if (isDots(part)) {
        throw new HttpFailure(404, "a path with dots");
      }
    }
    return text;
  }

  @Override
  public String toString() {
    return text;
  }
}
