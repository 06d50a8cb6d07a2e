package io.tendril.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request says of its path: whole, below a prefix, and with parameters. */
class RequestPathTest {
  private static String octets(Request request) {
    var octets = new StringBuilder();
    for (int i = 0; i < request.pathLength(); i++) {
      octets.append((char) request.pathOctet(i));
    }
    return octets.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a/b%20c?d=e/f, /a/b%20c",
    "/?, /",
    "http://h, /",
    "http://h?a, /",
    "http://h/, /",
    "http://h:80/a/b?c, /a/b",
    "*, *",
  })
  void tellsThePathAsAStringAndAsOctets(String target, String path) {
    Request request = Request.get(target);
    assertThat(request.path()).isEqualTo(path);
    assertThat(octets(request)).isEqualTo(path);
    assertThat(request.prefix()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a/b/c?d", "http://h/a/b/c?d"})
  void hidesAPrefix(String target) {
    Request below = Request.get(target).below(2);
    assertThat(below.path()).isEqualTo("/b/c");
    assertThat(octets(below)).isEqualTo("/b/c");
    assertThat(below.prefix()).isEqualTo("/a");
    assertThat(below.below(2).path()).isEqualTo("/c");
    assertThat(below.below(2).prefix()).isEqualTo("/a/b");
    assertThat(below.target()).isEqualTo(target);
    assertThat(below.query()).isEqualTo("d");
  }

  @Test
  void hasPrefixesOfWholeSegmentsOnly() {
    for (int octets : new int[] {-1, 1, 4, 5}) {
      assertThatThrownBy(() -> Request.get("/a/b").below(octets))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void keepsParametersWhateverElseChanges() {
    Request request =
        Request.get("/a/b")
            .withParameters("x", "1")
            .withParameters("y", "2", "x", "3")
            .below(2)
            .withBody(Body.of("z"));
    assertThat(request.parameter("x")).isEqualTo("3");
    int number = request.parameter("y", Integer::parseInt);
    assertThat(number).isEqualTo(2);
    assertThat(request.body().length()).isEqualTo(1);
    assertThatThrownBy(() -> request.parameter("z"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'z'");
  }

  @Test
  void findsNothingWhereAParameterIsNoSuchValue() {
    Request request = Request.get("/").withParameters("id", "x");
    assertThatThrownBy(() -> request.parameter("id", UUID::fromString))
        .isInstanceOfSatisfying(
            HttpFailure.class, failure -> assertThat(failure.status()).isEqualTo(404));
  }

  @ParameterizedTest
  @CsvSource({
    "q=1, q, 1",
    "a=b&q=%C3%A4+b%2Bc&q=2, q, ä b+c",
    "q, q, ''",
    "q=, q, ''",
    "%71=1, q, 1",
    "&&q=a=b, q, a=b",
    "x=q, q, ",
  })
  void readsTheQueryAsAForm(String query, String name, String value) {
    assertThat(Request.get("/?" + query).query(name)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%4", "%zz", "%c0%af", "%ff"})
  void refusesWhatIsEncodedWrongly(String text) {
    assertThatThrownBy(() -> PercentEncoding.decode(text))
        .isInstanceOfSatisfying(
            HttpFailure.class, failure -> assertThat(failure.status()).isEqualTo(400));
  }

  @Test
  void encodesAllButTheUnreserved() {
    String text = "aZ9-._~ /?%:ä\0";
    assertThat(PercentEncoding.encode(text)).isEqualTo("aZ9-._~%20%2F%3F%25%3A%C3%A4%00");
    assertThat(PercentEncoding.decode(PercentEncoding.encode(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "Range, true",
    "range, true",
    "If-Match, true",
    "if-none-match, true",
    "If-Modified-Since, true",
    "If-Range, true",
    "If-Anything, true",
    "Referer, false",
    "Rangy, false",
    "Ranges, false",
    "I, false",
    "Iffy-x, false",
    "Accept, false",
  })
  void knowsWhetherThereIsACondition(String name, boolean conditional) {
    assertThat(Request.get("/", name, "x").isConditional()).isEqualTo(conditional);
    var head = "GET / HTTP/1.1\r\nHost: h\r\n" + name + ": x\r\n\r\n";
    var decoder = new RequestDecoder(HttpLimits.defaults(), _ -> Body.empty());
    Request read = decoder.next(ByteBuffer.wrap(head.getBytes(US_ASCII)));
    assertThat(read.isConditional()).isEqualTo(conditional);
    assertThat(read.withBody(Body.of("x")).isConditional()).isEqualTo(conditional);
  }
}
