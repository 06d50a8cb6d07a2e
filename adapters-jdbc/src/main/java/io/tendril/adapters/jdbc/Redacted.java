package io.tendril.adapters.jdbc;

import java.sql.SQLException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes out of failures what looks like a password: drivers quote whole URLs. */
final class Redacted {
  /** {@code password=x}, as in the properties of URLs and in connection strings. */
  private static final Pattern PROPERTY =
      Pattern.compile(
          "(?i)\\b(\\w*(?:password|passwd|pwd|secret|token)\\w*\\s*=\\s*)('[^']*'|[^;&\\s,)]+)");

  /** {@code //user:x@host}. */
  private static final Pattern AUTHORITY = Pattern.compile("(//[^/:@\\s]*:)[^/@\\s]+(?=@)");

  private static final int DEEPEST = 16;

  private Redacted() {}

  static String text(String text) {
    String once = PROPERTY.matcher(text).replaceAll("$1...");
    return AUTHORITY.matcher(once).replaceAll("$1...");
  }

  /**
   * The failure itself if neither it nor what hangs on it tells a secret, else one that does not.
   */
  static SQLException of(SQLException failure) {
    if (!tells(failure, 0)) {
      return failure;
    }
    var clean =
        new SQLException(
            text(failure.getMessage() == null ? "" : failure.getMessage()),
            failure.getSQLState(),
            failure.getErrorCode());
    clean.setStackTrace(failure.getStackTrace());
    return clean;
  }

  private static boolean tells(@Nullable Throwable failure, int depth) {
    if (failure == null) {
      return false;
    }
    if (depth > DEEPEST) {
      return true; // a chain that long is not looked through: do without
    }
    String message = failure.getMessage();
    if (message != null && !text(message).equals(message)) {
      return true;
    }
    for (Throwable suppressed : failure.getSuppressed()) {
      if (tells(suppressed, depth + 1)) {
        return true;
      }
    }
    return tells(failure.getCause(), depth + 1)
        || (failure instanceof SQLException sql && tells(sql.getNextException(), depth + 1));
  }
}
