package io.tendril.http.server;

import io.tendril.http.Headers;
import io.tendril.http.HttpDate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * What tells one state of a file from another, and the requests that depend on it: RFC 9110,
 * sections 8.8 and 13. Pure.
 *
 * @param etag a strong entity tag, with its quotes
 * @param modified in whole seconds
 */
record Validators(String etag, Instant modified) {
  /** What the conditions of a request come to. */
  enum Outcome {
    PROCEED,
    /** 304. */
    NOT_MODIFIED,
    /** 412. */
    FAILED
  }

  static Validators of(FileTree.RegularFile file, Coding coding) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, file.modified());
    String etag = Long.toHexString(micros) + '-' + Long.toHexString(file.size());
    String quoted = '"' + (coding == Coding.IDENTITY ? etag : etag + '-' + coding.token()) + '"';
    return new Validators(quoted, file.modified().truncatedTo(ChronoUnit.SECONDS));
  }

  /** Evaluates the conditions of a GET or HEAD in their order: section 13.2.2. */
  Outcome evaluate(Headers headers) {
    String match = headers.joined("If-Match");
    if (match != null) {
      if (!lists(match, false)) {
        return Outcome.FAILED;
      }
    } else {
      Instant unmodified = date(headers, "If-Unmodified-Since");
      if (unmodified != null && modified.isAfter(unmodified)) {
        return Outcome.FAILED;
      }
    }
    String noneMatch = headers.joined("If-None-Match");
    if (noneMatch != null) {
      return lists(noneMatch, true) ? Outcome.NOT_MODIFIED : Outcome.PROCEED;
    }
    Instant since = date(headers, "If-Modified-Since");
    return since != null && !modified.isAfter(since) ? Outcome.NOT_MODIFIED : Outcome.PROCEED;
  }

  /**
   * Whether a Range field is to be heeded: section 13.1.5. A date counts only if the file has been
   * left alone for a second, else it could have changed twice within it.
   */
  boolean rangeApplies(Headers headers, Instant now) {
    String condition = headers.first("If-Range");
    if (condition == null) {
      return true;
    }
    if (condition.startsWith("\"") || condition.startsWith("W/")) {
      return condition.equals(etag);
    }
    Instant date = HttpDate.parse(condition);
    return modified.equals(date) && modified.plus(Duration.ofSeconds(1)).isBefore(now);
  }

  private static @Nullable Instant date(Headers headers, String name) {
    String value = headers.first(name);
    return value == null ? null : HttpDate.parse(value);
  }

  /**
   * Whether a list of entity tags has this one.
   *
   * @param weak whether a weak tag of the same characters is the same
   */
  private boolean lists(String list, boolean weak) {
    if (list.equals("*")) {
      return true;
    }
    int at = 0;
    while (at < list.length()) {
      char c = list.charAt(at);
      if (c == ',' || c == ' ' || c == '\t') {
        at++;
        continue;
      }
      boolean isWeak = list.startsWith("W/", at);
      int open = isWeak ? at + 2 : at;
      int close =
          open < list.length() && list.charAt(open) == '"' ? list.indexOf('"', open + 1) : -1;
      if (close < 0) {
        return false;
      }
      if ((weak || !isWeak) && list.substring(open, close + 1).equals(etag)) {
        return true;
      }
      at = close + 1;
    }
    return false;
  }
}
