package io.tendril.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields as values, and the other words that requests and responses are made of. */
class HeadersTest {
  private final Headers headers = Headers.of("A", "1", "B", "2", "a", "3");

  @Test
  void keepsOrderAndForgetsCase() {
    assertThat(headers).hasToString("A: 1\nB: 2\na: 3\n");
    assertThat(headers.first("a")).isEqualTo("1");
    assertThat(headers.all("a")).containsExactly("1", "3");
    assertThat(headers.joined("A")).isEqualTo("1, 3");
    assertThat(headers.first("C")).isNull();
    assertThat(headers.joined("C")).isNull();
    assertThat(headers.has("b")).isTrue();
  }

  @Test
  void isChangedByCopy() {
    assertThat(headers.with("a", "4")).hasToString("B: 2\na: 4\n");
    assertThat(headers.without("B")).hasToString("A: 1\na: 3\n");
    assertThat(headers.size()).isEqualTo(3);
  }

  @Test
  void isAValue() {
    assertThat(headers)
        .isEqualTo(Headers.of("a", "1", "b", "2", "A", "3"))
        .hasSameHashCodeAs(Headers.of("a", "1", "b", "2", "A", "3"))
        .isNotEqualTo(Headers.of("A", "1", "B", "2"));
  }

  @Test
  void findsTokensInLists() {
    var connection = Headers.of("Connection", "keep-alive , X", "Connection", "Close");
    assertThat(connection.hasToken("connection", "x")).isTrue();
    assertThat(connection.hasToken("connection", "close")).isTrue();
    assertThat(connection.hasToken("connection", "keep")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nB: c", "a\nb", "a\rb", "a\0b", "\u0001", "\u007f", "\u20ac"})
  void refusesValuesThatWouldSplitAMessage(String value) {
    assertThatThrownBy(() -> Headers.of("A", value)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:", "a\r\n", "\u00e4"})
  void refusesNamesThatAreNoTokens(String name) {
    assertThatThrownBy(() -> Headers.of(name, "v")).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "/a?b=c, /a, b=c",
    "/a?, /a, ''",
    "/a, /a, ",
    "*, *, ",
    "/?/, /, /",
    "http://h:80/a?b, /a, b",
    "http://h, /, ",
    "http://h?b, /, b",
    "//h/a, //h/a, ",
  })
  void splitsATarget(String target, String path, String query) {
    Request request = Request.get(target);
    assertThat(request.path()).isEqualTo(path);
    assertThat(request.query()).isEqualTo(query);
  }

  @Test
  void takesTheHostFromTheTargetFirst() {
    assertThat(Request.get("http://a:80/b", "Host", "c").host()).isEqualTo("a:80");
    assertThat(Request.get("/b", "Host", "c").host()).isEqualTo("c");
    assertThat(Request.get("/b").host()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994"
      })
  void readsDatesInThreeForms(String date) {
    assertThat(HttpDate.parse(date)).isEqualTo(Instant.parse("1994-11-06T08:49:37Z"));
  }

  @Test
  void writesDatesInOneForm() {
    assertThat(HttpDate.format(Instant.parse("1994-11-06T08:49:37.9Z")))
        .isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    assertThat(HttpDate.parse("tomorrow")).isNull();
  }
}
