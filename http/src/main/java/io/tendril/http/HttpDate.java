package io.tendril.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Dates in header fields: RFC 9110, section 5.6.7. */
public final class HttpDate {
  private static final DateTimeFormatter FIXED =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH);

  /** What RFC 850 had; its years have two digits, and mean 1970 to 2069. */
  private static final DateTimeFormatter RFC850 =
      new DateTimeFormatterBuilder()
          .appendPattern("EEEE, dd-MMM-")
          .appendValueReduced(ChronoField.YEAR, 2, 2, 1970)
          .appendPattern(" HH:mm:ss 'GMT'")
          .toFormatter(Locale.ENGLISH);

  /** What asctime() of C prints. */
  private static final DateTimeFormatter ASCTIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.ENGLISH);

  private static final List<DateTimeFormatter> FORMS = List.of(FIXED, RFC850, ASCTIME);

  private HttpDate() {}

  /** A time as a date of a header field: {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
  public static String format(Instant time) {
    return FIXED.format(time.atOffset(ZoneOffset.UTC));
  }

  /** The time that a date in any of the three forms names, or null if it is none. */
  public static @Nullable Instant parse(String date) {
    for (DateTimeFormatter form : FORMS) {
      Instant time = parse(date, form);
      if (time != null) {
        return time;
      }
    }
    return null;
  }

  private static @Nullable Instant parse(String date, DateTimeFormatter form) {
    try {
      return LocalDateTime.parse(date, form).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException otherForm) {
      return null;
    }
  }
}
