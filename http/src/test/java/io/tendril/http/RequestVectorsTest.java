package io.tendril.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What requests are taken for, and which are refused: contract lines H1, H2 and L3. */
class RequestVectorsTest {
  private static final String HOST = "Host: h\r\n";

  private static Arguments taken(String name, String input, String... found) {
    return Arguments.of(name, input, List.of(found));
  }

  private static Arguments refused(int status, String name, String input) {
    return Arguments.of(name, input, List.of("refused " + status));
  }

  private static String get(String fields) {
    return "GET / HTTP/1.1\r\n" + HOST + fields + "\r\n";
  }

  private static String post(String fields, String content) {
    return "POST / HTTP/1.1\r\n" + HOST + fields + "\r\n" + content;
  }

  private static String chunked(String content) {
    return post("Transfer-Encoding: chunked\r\n", content);
  }

  private static final String POST_CHUNKED =
      "POST / HTTP/1.1 | Host: h | Transfer-Encoding: chunked";

  static Stream<Arguments> valid() {
    return Stream.of(
        taken("the least", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1 | Host: h"),
        taken("1.0 without Host", "GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.0"),
        taken(
            "a later minor version",
            "GET / HTTP/1.9\r\nHost: h\r\n\r\n",
            "GET / HTTP/1.1 | Host: h"),
        taken("an empty line before", "\r\n" + get(""), "GET / HTTP/1.1 | Host: h"),
        taken(
            "an empty line between",
            get("") + "\r\n" + get(""),
            "GET / HTTP/1.1 | Host: h",
            "GET / HTTP/1.1 | Host: h"),
        taken(
            "an unknown method", "BREW / HTTP/1.1\r\nHost: h\r\n\r\n", "BREW / HTTP/1.1 | Host: h"),
        taken(
            "a method that begins like one",
            "GETX / HTTP/1.1\r\nHost: h\r\n\r\n",
            "GETX / HTTP/1.1 | Host: h"),
        taken(
            "a method in lower case",
            "get / HTTP/1.1\r\nHost: h\r\n\r\n",
            "get / HTTP/1.1 | Host: h"),
        taken(
            "an absolute target",
            "GET http://a:80/p?q HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET http://a:80/p?q HTTP/1.1 | Host: h"),
        taken(
            "an asterisk", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "OPTIONS * HTTP/1.1 | Host: h"),
        taken(
            "Host with port",
            "GET / HTTP/1.1\r\nHost: h:8080\r\n\r\n",
            "GET / HTTP/1.1 | Host: h:8080"),
        taken(
            "Host with empty port",
            "GET / HTTP/1.1\r\nHost: h:\r\n\r\n",
            "GET / HTTP/1.1 | Host: h:"),
        taken(
            "Host in brackets",
            "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
            "GET / HTTP/1.1 | Host: [::1]:80"),
        taken(
            "Host with encoding",
            "GET / HTTP/1.1\r\nHost: a%2db\r\n\r\n",
            "GET / HTTP/1.1 | Host: a%2db"),
        taken("no space after the colon", get("A:b\r\n"), "GET / HTTP/1.1 | Host: h | A: b"),
        taken("space around a value", get("A: \t b c \t\r\n"), "GET / HTTP/1.1 | Host: h | A: b c"),
        taken(
            "an empty value", get("A:\r\nB: \r\n"), "GET / HTTP/1.1 | Host: h | A:  | B: ".strip()),
        taken(
            "octets above ASCII in a value",
            get("A: \u00e4\r\n"),
            "GET / HTTP/1.1 | Host: h | A: \u00e4"),
        taken(
            "content",
            post("Content-Length: 5\r\n", "hello"),
            "POST / HTTP/1.1 | Host: h | Content-Length: 5",
            "content hello"),
        taken(
            "no content",
            post("Content-Length: 0\r\n", ""),
            "POST / HTTP/1.1 | Host: h | Content-Length: 0"),
        taken(
            "leading zeros",
            post("Content-Length: 0005\r\n", "hello"),
            "POST / HTTP/1.1 | Host: h | Content-Length: 0005",
            "content hello"),
        taken(
            "the same length twice",
            post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
            "POST / HTTP/1.1 | Host: h | Content-Length: 5 | Content-Length: 5",
            "content hello"),
        taken(
            "a pipeline",
            post("Content-Length: 2\r\n", "hi") + get(""),
            "POST / HTTP/1.1 | Host: h | Content-Length: 2",
            "content hi",
            "GET / HTTP/1.1 | Host: h"),
        taken(
            "chunks",
            chunked("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"),
            POST_CHUNKED,
            "content hello world"),
        taken("no chunks", chunked("0\r\n\r\n"), POST_CHUNKED, "content "),
        taken(
            "a chunk's size in both cases",
            chunked("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"),
            POST_CHUNKED,
            "content 01234567890123456789"),
        taken(
            "a chunk's size with zeros",
            chunked("00000000000000000001\r\nx\r\n000\r\n\r\n"),
            POST_CHUNKED,
            "content x"),
        taken(
            "chunk extensions",
            chunked("1;a;b=c ; d = \"e\\\"; f\"\r\nx\r\n0;z\r\n\r\n"),
            POST_CHUNKED,
            "content x"),
        taken(
            "trailers",
            chunked("1\r\nx\r\n0\r\nA: b\r\nC: d\r\n\r\n"),
            POST_CHUNKED,
            "content x | A: b | C: d"),
        taken(
            "a coding in other case",
            post("Transfer-Encoding: CHUNKED\r\n", "0\r\n\r\n"),
            "POST / HTTP/1.1 | Host: h | Transfer-Encoding: CHUNKED",
            "content "),
        taken(
            "a chunked pipeline",
            chunked("1\r\nx\r\n0\r\n\r\n") + get(""),
            POST_CHUNKED,
            "content x",
            "GET / HTTP/1.1 | Host: h"));
  }

  static Stream<Arguments> invalid() {
    return Stream.of(
        // The request line
        refused(400, "no version", "GET /\r\n\r\n"),
        refused(400, "version in lower case", "GET / http/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "no digits of a version", "GET / HTTP/\r\n\r\n"),
        refused(400, "half a version", "GET / HTTP/1\r\n\r\n"),
        refused(400, "half a name of the protocol", "GET / HT\r\n\r\n"),
        taken(
            "no digits of a version, after a request that is fine",
            get("") + "GET / HTTP/\r\n\r\n",
            "GET / HTTP/1.1 | Host: h",
            "refused 400"),
        refused(400, "version without minor", "GET / HTTP/1\r\nHost: h\r\n\r\n"),
        refused(400, "version too long", "GET / HTTP/1.10\r\nHost: h\r\n\r\n"),
        refused(400, "version with space", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n"),
        refused(400, "version with comma", "GET / HTTP/1,1\r\nHost: h\r\n\r\n"),
        refused(400, "a version of another protocol", "GET / ICAP/1.1\r\nHost: h\r\n\r\n"),
        refused(505, "version 2", "GET / HTTP/2.0\r\nHost: h\r\n\r\n"),
        refused(505, "version 0", "GET / HTTP/0.9\r\nHost: h\r\n\r\n"),
        refused(505, "the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        refused(400, "two spaces before the target", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "two spaces after the target", "GET /  HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "tab after the method", "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "space before the method", " GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "no method", "/ HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "a method that is no token", "GE(T / HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "no target", "GET HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "space in the target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "fragment in the target", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "control in the target", "GET /a\u0001b HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "NUL in the target", "GET /a\0b HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "DEL in the target", "GET /a\u007fb HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "octets above ASCII in the target", "GET /\u00e4 HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "a relative target", "GET a HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "an asterisk for another method", "GET * HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "an asterisk and more", "OPTIONS *a HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "an unknown scheme", "GET ftp://a/ HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "no host in an absolute target", "GET http:///a HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(
            400,
            "credentials in an absolute target",
            "GET http://u:p@a/ HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "two empty lines before", "\r\n\r\n" + get("")),
        refused(400, "a TLS handshake", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001"),
        // Line ends
        refused(400, "bare LF after the request line", "GET / HTTP/1.1\nHost: h\r\n\r\n"),
        refused(400, "bare LF after a field", "GET / HTTP/1.1\r\nHost: h\n\r\n"),
        refused(400, "bare LF as the empty line", "GET / HTTP/1.1\r\nHost: h\r\n\n"),
        refused(400, "bare LF throughout", "GET / HTTP/1.1\nHost: h\n\n"),
        refused(400, "bare CR in the request line", "GET / HTTP/1.1\rHost: h\r\n\r\n"),
        refused(400, "bare CR in a value", get("A: b\rC: d\r\n")),
        refused(400, "CR CR LF", "GET / HTTP/1.1\r\nHost: h\r\r\n\r\n"),
        // Fields
        refused(400, "no Host", "GET / HTTP/1.1\r\n\r\n"),
        refused(400, "two Hosts", "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n"),
        refused(400, "an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        refused(400, "a Host with space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
        refused(400, "a Host with slash", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        refused(400, "a Host with credentials", "GET / HTTP/1.1\r\nHost: u@h\r\n\r\n"),
        refused(400, "a Host with a bad port", "GET / HTTP/1.1\r\nHost: h:8a\r\n\r\n"),
        refused(400, "a Host with a high port", "GET / HTTP/1.1\r\nHost: h:65536\r\n\r\n"),
        refused(400, "a Host of a port alone", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n"),
        refused(400, "a Host with an open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
        refused(400, "a Host with bad encoding", "GET / HTTP/1.1\r\nHost: a%2\r\n\r\n"),
        refused(400, "two Hosts in 1.0", "GET / HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n"),
        refused(400, "Host folded away", "GET / HTTP/1.1\r\nA: b\r\n Host: h\r\n\r\n"),
        refused(400, "space before the colon", get("A : b\r\n")),
        refused(400, "tab before the colon", get("A\t: b\r\n")),
        refused(400, "no colon", get("A\r\n")),
        refused(400, "no name", get(": b\r\n")),
        refused(400, "a name that is no token", get("A(b: c\r\n")),
        refused(400, "a name with octets above ASCII", get("\u00e4: c\r\n")),
        refused(400, "folded with space", get("A: b\r\n c\r\n")),
        refused(400, "folded with tab", get("A: b\r\n\tc\r\n")),
        refused(400, "space before the first field", "GET / HTTP/1.1\r\n Host: h\r\n\r\n"),
        refused(400, "NUL in a value", get("A: b\0c\r\n")),
        refused(400, "a control in a value", get("A: b\u0001c\r\n")),
        refused(400, "DEL in a value", get("A: b\u007fc\r\n")),
        refused(417, "an unknown expectation", get("Expect: tea\r\n")),
        // The length of content
        refused(400, "two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")),
        refused(400, "a list of lengths", post("Content-Length: 5, 5\r\n", "hello")),
        refused(400, "a length with plus", post("Content-Length: +5\r\n", "hello")),
        refused(400, "a length with minus", post("Content-Length: -5\r\n", "hello")),
        refused(400, "a length with space", post("Content-Length: 5 5\r\n", "hello")),
        refused(400, "a length in hexadecimal", post("Content-Length: 0x5\r\n", "hello")),
        refused(400, "a length with a fraction", post("Content-Length: 5.0\r\n", "hello")),
        refused(400, "an empty length", post("Content-Length:\r\n", "hello")),
        refused(400, "a length of 2^63", post("Content-Length: 9223372036854775808\r\n", "")),
        refused(
            400, "a length of 2^64 + 5", post("Content-Length: 18446744073709551621\r\n", "hello")),
        refused(
            413, "a length past the limit", post("Content-Length: 9223372036854775807\r\n", "")),
        refused(
            400,
            "both, length first",
            post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        refused(
            400,
            "both, coding first",
            post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")),
        refused(
            400,
            "both, length 0",
            post("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        refused(400, "another coding", post("Transfer-Encoding: gzip\r\n", "")),
        refused(
            400,
            "another coding before",
            post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")),
        refused(
            400,
            "another coding behind",
            post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")),
        refused(400, "chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")),
        refused(
            400,
            "two codings",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n")),
        refused(
            400,
            "two fields of one coding",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        refused(400, "identity", post("Transfer-Encoding: identity\r\n", "")),
        refused(400, "a coding in quotes", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n")),
        refused(
            400,
            "a coding with a parameter",
            post("Transfer-Encoding: chunked;a=b\r\n", "0\r\n\r\n")),
        refused(
            400,
            "a coding that only looks like it",
            post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
        refused(
            400,
            "a coding behind a vertical tab",
            post("Transfer-Encoding: \u000bchunked\r\n", "0\r\n\r\n")),
        refused(400, "an empty coding", post("Transfer-Encoding:\r\n", "")),
        refused(
            400,
            "a coding with space before the colon",
            post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")),
        refused(
            400,
            "a coding in 1.0",
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
  }

  /** Refused in the content, after a head that is fine. */
  static Stream<Arguments> invalidChunks() {
    return Stream.of(
            Arguments.of("no size", "\r\nx\r\n"),
            Arguments.of("a size that is no number", "g\r\nx\r\n"),
            Arguments.of("a size with sign", "+1\r\nx\r\n"),
            Arguments.of("a negative size", "-1\r\nx\r\n"),
            Arguments.of("a size with prefix", "0x1\r\nx\r\n"),
            Arguments.of("a size with underscore", "1_0\r\nx\r\n"),
            Arguments.of("space before the size", " 1\r\nx\r\n"),
            Arguments.of("space after the size", "1 \r\nx\r\n"),
            Arguments.of("a size of 2^63", "8000000000000000\r\n"),
            Arguments.of("a size of 2^64 + 1", "10000000000000001\r\nx\r\n"),
            Arguments.of("bare LF after the size", "1\nx\r\n"),
            Arguments.of("bare CR after the size", "1\rx\r\n"),
            Arguments.of("bare LF after the data", "1\r\nx\n0\r\n\r\n"),
            Arguments.of("data longer than the size", "1\r\nxy\r\n"),
            Arguments.of("data of another size", "2\r\nx\r\n0\r\n\r\n"),
            Arguments.of("CR and something after the data", "1\r\nx\rX"),
            Arguments.of("an extension without name", "1;\r\nx\r\n"),
            Arguments.of("an extension without value", "1;a=\r\nx\r\n"),
            Arguments.of("an extension with a bare LF", "1;a\nb\r\nx\r\n"),
            Arguments.of("an extension with a control", "1;a=\0\r\nx\r\n"),
            Arguments.of("an extension that ends in an escape", "1;a=\"b\\\r\nx\r\n"),
            Arguments.of("an extension with an open quote", "1;a=\"b\r\nx\r\n"),
            Arguments.of("an extension with space at its end", "1;a \r\nx\r\n"),
            Arguments.of("an extension without semicolon", "1 a\r\nx\r\n"),
            Arguments.of("a chunk line that is too long", "1;" + "a".repeat(1100) + "\r\nx\r\n"),
            Arguments.of("a folded trailer", "0\r\nA: b\r\n c\r\n\r\n"),
            Arguments.of("a trailer without colon", "0\r\nA\r\n\r\n"),
            Arguments.of("a trailer that ends with LF", "0\r\nA: b\n\r\n"),
            Arguments.of("bare LF as the last line", "0\r\n\n"))
        .map(vector ->
            Arguments.of(
                vector.get()[0],
                chunked((String) vector.get()[1]),
                List.of(POST_CHUNKED, "refused 400")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"valid", "invalid", "invalidChunks"})
  void findsTheSameAtEverySplit(String name, String input, List<String> found) {
    byte[] octets = input.getBytes(ISO_8859_1);
    HttpLimits limits = HttpLimits.defaults();
    assertThat(Conversations.found(limits, octets)).as("all at once").isEqualTo(found);
    assertThat(Conversations.foundOneByOne(limits, octets)).as("one by one").isEqualTo(found);
    IntStream.range(0, octets.length)
        .forEach(cut ->
            assertThat(Conversations.found(limits, octets, cut))
                .as("cut at %s", cut)
                .isEqualTo(found));
  }

  // ---- Limits ---------------------------------------------------------------------------------

  private static final HttpLimits LOW = HttpLimits.defaults().withHead(128, 3);

  private static void assertFound(HttpLimits limits, String input, String... found) {
    byte[] octets = input.getBytes(ISO_8859_1);
    assertThat(Conversations.found(limits, octets)).as("all at once").containsExactly(found);
    assertThat(Conversations.foundOneByOne(limits, octets)).as("one by one").containsExactly(found);
  }

  @Test
  void takesAHeadOfExactlyTheLimit() {
    String start = "GET / HTTP/1.1\r\nHost: h\r\nA: ";
    String pad = "x".repeat(128 - start.length() - 4);
    assertFound(LOW, start + pad + "\r\n\r\n", "GET / HTTP/1.1 | Host: h | A: " + pad);
  }

  @Test
  void refusesAHeadOfOneOctetMore() {
    String start = "GET / HTTP/1.1\r\nHost: h\r\nA: ";
    assertFound(LOW, start + "x".repeat(129 - start.length() - 4) + "\r\n\r\n", "refused 431");
  }

  @Test
  void refusesATargetThatIsTooLong() {
    assertFound(LOW, "GET /" + "x".repeat(200) + " HTTP/1.1\r\nHost: h\r\n\r\n", "refused 414");
  }

  @Test
  void refusesARequestLineThatNeverEnds() {
    assertFound(LOW, "x".repeat(1000), "refused 414");
  }

  @Test
  void refusesTooManyFields() {
    assertFound(LOW, "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\nA: b\r\nA: b\r\n\r\n", "refused 431");
  }

  @Test
  void takesAsManyFieldsAsTheLimit() {
    assertFound(
        LOW,
        "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\nA: b\r\n\r\n",
        "GET / HTTP/1.1 | Host: h | A: b | A: b");
  }

  @Test
  void refusesTrailersThatAreTooLong() {
    String head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    assertFound(LOW, head + "0\r\nA: " + "x".repeat(200) + "\r\n\r\n", POST_CHUNKED, "refused 431");
  }

  @Test
  void refusesExtensionsThatAddUpPastTheLimit() {
    String chunk = "1;" + "a".repeat(40) + "\r\nx\r\n";
    assertFound(
        LOW,
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk.repeat(4),
        POST_CHUNKED,
        "refused 400");
  }

  @Test
  void refusesChunksThatAddUpPastTheLimit() {
    HttpLimits limits = HttpLimits.defaults().withStreamedBody(10);
    assertFound(limits, chunked("6\r\nabcdef\r\n5\r\nabcde\r\n"), POST_CHUNKED, "refused 413");
  }
}
