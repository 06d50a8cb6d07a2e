package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.http.Headers;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conditional requests: RFC 9110, section 13. */
class ValidatorsTest {
  private static final String BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";
  private static final String EXACTLY = "Sun, 06 Nov 1994 08:49:37 GMT";
  private static final String AFTER = "Sun, 06 Nov 1994 08:49:38 GMT";
  private static final Instant MODIFIED = Instant.parse("1994-11-06T08:49:37Z");

  private final Validators validators = new Validators("\"a\"", MODIFIED);

  /** Fields are written with a bar between them; a date by its name above. */
  private static Headers headers(String fields) {
    var builder = new Headers.Builder();
    for (String field : fields.split("\\|")) {
      String[] parts = field.split(":", 2);
      String value =
          parts[1]
              .strip()
              .replace("BEFORE", BEFORE)
              .replace("EXACTLY", EXACTLY)
              .replace("AFTER", AFTER);
      builder.add(parts[0].strip(), value);
    }
    return builder.build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "X: y => PROCEED",
        "If-None-Match: \"a\" => NOT_MODIFIED",
        "If-None-Match: W/\"a\" => NOT_MODIFIED",
        "If-None-Match: \"b\", W/\"a\" => NOT_MODIFIED",
        "If-None-Match: \"b\" | If-None-Match: \"a\" => NOT_MODIFIED",
        "If-None-Match: * => NOT_MODIFIED",
        "If-None-Match: \"b\" => PROCEED",
        "If-None-Match: \"A\" => PROCEED",
        "If-None-Match: a => PROCEED",
        "If-None-Match: \"a => PROCEED",
        "If-None-Match: \"x,\"a\" => PROCEED",
        "If-None-Match: \"b\" | If-Modified-Since: AFTER => PROCEED",
        "If-Modified-Since: EXACTLY => NOT_MODIFIED",
        "If-Modified-Since: AFTER => NOT_MODIFIED",
        "If-Modified-Since: BEFORE => PROCEED",
        "If-Modified-Since: yesterday => PROCEED",
        "If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT => NOT_MODIFIED",
        "If-Modified-Since: Sun Nov  6 08:49:37 1994 => NOT_MODIFIED",
        "If-Match: \"a\" => PROCEED",
        "If-Match: * => PROCEED",
        "If-Match: \"b\", \"a\" => PROCEED",
        "If-Match: W/\"a\" => FAILED",
        "If-Match: \"b\" => FAILED",
        "If-Match: \"b\" | If-None-Match: \"a\" => FAILED",
        "If-Match: \"a\" | If-None-Match: \"a\" => NOT_MODIFIED",
        "If-Match: \"a\" | If-Unmodified-Since: BEFORE => PROCEED",
        "If-Unmodified-Since: EXACTLY => PROCEED",
        "If-Unmodified-Since: AFTER => PROCEED",
        "If-Unmodified-Since: BEFORE => FAILED",
        "If-Unmodified-Since: yesterday => PROCEED",
      })
  void evaluatesConditionsInOrder(String fields, Validators.Outcome outcome) {
    assertThat(validators.evaluate(headers(fields))).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "X: y => 0 => true",
        "If-Range: \"a\" => 0 => true",
        "If-Range: W/\"a\" => 0 => false",
        "If-Range: \"b\" => 0 => false",
        "If-Range: EXACTLY => 2 => true",
        "If-Range: EXACTLY => 1 => false",
        "If-Range: AFTER => 2 => false",
        "If-Range: BEFORE => 2 => false",
        "If-Range: nonsense => 2 => false",
      })
  void knowsWhetherARangeIsOfTheSameFile(String fields, int secondsLater, boolean applies) {
    assertThat(validators.rangeApplies(headers(fields), MODIFIED.plusSeconds(secondsLater)))
        .isEqualTo(applies);
  }
}
