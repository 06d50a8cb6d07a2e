package io.tendril.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The ways that are known to make two implementations disagree about where a request ends, each
 * with a second request hidden in what one of them would take for content. The hidden one must
 * never be found. Each row names the section of RFC 9110 or 9112 that decides it.
 */
class SmugglingTest {
  private static final String HIDDEN = "GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String HEAD = "POST / HTTP/1.1\r\nHost: h\r\n";

  private static Arguments refused(String section, String name, String input) {
    return Arguments.of(section, name, input, "refused 400");
  }

  /** A head with these fields, and chunked content before the hidden request. */
  private static String fields(String fields) {
    return HEAD + fields + "\r\n\r\n0\r\n\r\n" + HIDDEN;
  }

  /** Chunked content, and the hidden request behind it. */
  private static String chunks(String chunks) {
    return HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n" + HIDDEN;
  }

  /** Two ways to tell the length of the content. */
  static Stream<Arguments> bothLengths() {
    return Stream.of(
        refused(
            "9112 6.3",
            "CL.TE",
            HEAD + "Content-Length: 38\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN),
        refused(
            "9112 6.3",
            "TE.CL",
            HEAD
                + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n21\r\n"
                + HIDDEN
                + "\r\n0\r\n\r\n"),
        refused("9112 6.3", "CL 0", fields("Content-Length: 0\r\nTransfer-Encoding: chunked")),
        refused(
            "9112 6.1",
            "and the connection to close",
            fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close")),
        refused(
            "9112 6.1",
            "in 1.0",
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN),
        refused(
            "9112 6.1",
            "in 1.0 with a length",
            "POST / HTTP/1.0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                + HIDDEN),
        refused(
            "9112 6.3", "CL.CL, first smaller", fields("Content-Length: 0\r\nContent-Length: 5")),
        refused(
            "9112 6.3", "CL.CL, first larger", fields("Content-Length: 5\r\nContent-Length: 0")),
        refused("9112 6.3", "CL.CL, one is empty", fields("Content-Length:\r\nContent-Length: 5")),
        refused("9112 6.3", "CL.CL in one field", fields("Content-Length: 5, 0")),
        refused("9112 6.3", "CL three times in one field", fields("Content-Length: 5,5,5")),
        refused("9112 6.3", "CL and nothing in one field", fields("Content-Length: 5,")),
        refused("9112 6.3", "CL in other case", fields("content-length: 0\r\nCONTENT-LENGTH: 5")));
  }

  /** TE.TE: a transfer coding that not everybody takes for chunked. */
  static Stream<Arguments> codings() {
    return Stream.of(
            "xchunked",
            "chunk",
            "chunkedx",
            "chunked-encoding",
            "x-chunked",
            "chunked, identity",
            "identity, chunked",
            "identity",
            "cow",
            "cow, chunked",
            "chunked, cow",
            "cow chunked bar",
            ", chunked",
            ",chunked",
            "chunked,",
            "chunked, chunked",
            "chunked;a=b",
            "chunked ;",
            "\"chunked\"",
            "'chunked'",
            "[chunked]",
            "chunked chunked",
            "chunked\u00a0",
            "\u00a0chunked",
            "\u0085chunked",
            "\u00ffchunked",
            "ch\u0096nked",
            "",
            "0",
            "gzip",
            "gzip, chunked",
            "deflate,chunked",
            "c hunked",
            "chu\tnked")
        .flatMap(coding ->
            Stream.of(
                refused("9112 6.1", coding, fields("Transfer-Encoding: " + coding)),
                refused(
                    "9112 6.3",
                    coding + " with a length",
                    fields("Content-Length: 5\r\nTransfer-Encoding: " + coding)),
                refused(
                    "9112 6.1",
                    coding + " before",
                    fields("Transfer-Encoding: " + coding + "\r\nTransfer-Encoding: chunked")),
                refused(
                    "9112 6.1",
                    coding + " behind",
                    fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: " + coding))));
  }

  /** Lines that are a field for some and none for others. */
  static Stream<Arguments> lines() {
    return Stream.of(
        refused("9112 5.1", "space before the colon", fields("Transfer-Encoding : chunked")),
        refused("9112 5.1", "tab before the colon", fields("Transfer-Encoding\t: chunked")),
        refused("9112 5.1", "both before the colon", fields("Content-Length \t: 5")),
        refused("9112 5", "space in the name", fields("Transfer Encoding: chunked")),
        refused("9112 5", "no colon", fields("Content-Length 5")),
        refused("9112 5", "no name", fields(": chunked")),
        refused("9112 5", "nothing but a colon", fields(":\r\nTransfer-Encoding: chunked")),
        refused("9112 5.2", "folded with space", fields("Transfer-Encoding:\r\n chunked")),
        refused("9112 5.2", "folded with tab", fields("Transfer-Encoding:\r\n\tchunked")),
        refused("9112 5.2", "folded length", fields("Content-Length: 1\r\n 2")),
        refused("9112 5.2", "hidden in a fold", fields("A: b\r\n Transfer-Encoding: chunked")),
        refused("9112 5.2", "a fold of space alone", fields("A: b\r\n \r\nContent-Length: 5")),
        refused(
            "9112 2.2",
            "space before the first field",
            "POST / HTTP/1.1\r\n Transfer-Encoding: chunked\r\nHost: h\r\n\r\n0\r\n\r\n" + HIDDEN),
        refused("9112 5", "the name on two lines", fields("Transfer-\r\nEncoding: chunked")),
        refused("9112 2.2", "bare LF before", fields("A: b\nTransfer-Encoding: chunked")),
        refused("9112 2.2", "bare LF behind", fields("Transfer-Encoding: chunked\nA: b")),
        refused("9112 2.2", "bare LF before the value", fields("Transfer-Encoding:\n chunked")),
        refused("9112 2.2", "bare LF twice", HEAD + "A:\n\n" + HIDDEN),
        refused("9112 2.2", "bare CR before", fields("A: b\rTransfer-Encoding: chunked")),
        refused("9112 2.2", "bare CR in the name", fields("Transfer\r-Encoding: chunked")),
        refused("9112 2.2", "bare CR behind", fields("Transfer-Encoding: chunked\r")),
        refused("9112 2.2", "LF CR", fields("A: b\n\rTransfer-Encoding: chunked")),
        refused("9112 2.2", "CR CR LF", fields("A: b\r\r\nTransfer-Encoding: chunked")),
        refused("9112 2.2", "an end of CR and something", HEAD + "A: b\r\n\rX" + HIDDEN),
        refused("9112 2.2", "an end of LF alone", HEAD + "A: b\r\n\n" + HIDDEN),
        refused("9110 5.5", "NUL before", fields("A: \0Transfer-Encoding: chunked")),
        refused("9110 5.5", "NUL in the value", fields("Transfer-Encoding: chunked\0")),
        refused("9110 5.5", "NUL in the name", fields("Transfer-\0Encoding: chunked")),
        refused("9110 5.1", "octets above ASCII in the name", fields("\u00efA: b")),
        refused("9110 5.1", "a name with a separator", fields("A@b: c")),
        refused("9110 5.1", "a non-breaking space in the name", fields("Content-Length\u00a0: 5")));
  }

  /** Lengths that are read as different numbers. */
  static Stream<Arguments> numbers() {
    return Stream.of(
            "+5",
            "-5",
            "-0",
            "+0",
            "0x5",
            "5x",
            "5 5",
            "5\t5",
            "5.0",
            "5e0",
            "1_0",
            "5;",
            "five",
            "\"5\"",
            "'5'",
            "5\u00a0",
            "\u00b2",
            "9223372036854775808",
            "18446744073709551616",
            "18446744073709551621",
            "99999999999999999999999999",
            "%35",
            "0b1",
            "0o5",
            "5,0",
            "")
        .map(
            number -> refused("9112 6.3", "'" + number + "'", fields("Content-Length: " + number)));
  }

  /** Sizes of chunks, and what is between them. */
  static Stream<Arguments> chunkLines() {
    return Stream.of(
            "+5\r\nhello\r\n",
            "-5\r\nhello\r\n",
            "0x5\r\nhello\r\n",
            "0X5\r\nhello\r\n",
            "5_0\r\nhello\r\n",
            "0_5\r\nhello\r\n",
            " 5\r\nhello\r\n",
            "\t5\r\nhello\r\n",
            "5 \r\nhello\r\n",
            "5\t\r\nhello\r\n",
            "5h\r\nhello\r\n",
            "\r\nhello\r\n",
            ";a\r\nhello\r\n",
            "5;\r\nhello\r\n",
            "5;;a\r\nhello\r\n",
            "5;a=\r\nhello\r\n",
            "5;=b\r\nhello\r\n",
            "5;a=\"b\r\nhello\r\n",
            "5;a=\"b\\\r\nhello\r\n",
            "5;a=\"b\\\"\r\nhello\r\n",
            "5;a=\"b\"c\r\nhello\r\n",
            "5;a b\r\nhello\r\n",
            "5;a\0\r\nhello\r\n",
            "5;a\u007f\r\nhello\r\n",
            "5,a\r\nhello\r\n",
            "5 a\r\nhello\r\n",
            "5;[a]\r\nhello\r\n",
            "5;a\nb\r\nhello\r\n",
            "5;\nhello\r\n",
            "5\nhello\r\n",
            "5\rhello\r\n",
            "5\r\rhello\r\n",
            "5\r\r\nhello\r\n",
            "5\r\r;abcd\r\n",
            "5\n\rhello\r\n",
            "5;a\r\rhello\r\n",
            "5;a=b\rX\nhello\r\n",
            "5\r\nhello\n",
            "5\r\nhello\r",
            "5\r\nhello",
            "5\r\nhello\n\r",
            "5\r\nhello\r\r\n",
            "5\r\nhelloXX",
            "5\r\nhello \r\n",
            "5\r\nhello!\r\n",
            "4\r\nhello\r\n",
            "6\r\nhello\r\n",
            "5.\r\nhello\r\n",
            "5\u00a0\r\nhello\r\n",
            "\u00b2\r\nhello\r\n",
            "five\r\nhello\r\n",
            "fg\r\nhello\r\n",
            "8000000000000000\r\nhello\r\n",
            "10000000000000005\r\nhello\r\n",
            "ffffffffffffffff\r\nhello\r\n",
            "-1\r\nhello\r\n",
            "0;\r\n\r\n",
            "0 \r\n\r\n",
            "0\n\n",
            "0\r\n\n",
            "0\r\rX\r\n",
            "0\r\nXX",
            "00_\r\n\r\n")
        .map(line ->
            refused("9112 7.1", line.replace("\r", "\\r").replace("\n", "\\n"), chunks(line)));
  }

  /** Fields behind the content that some merge into the head. */
  static Stream<Arguments> trailers() {
    return Stream.of(
            "Content-Length: 5",
            "Transfer-Encoding: chunked",
            "Host: other",
            "Trailer: A",
            "TE: trailers",
            "Connection: keep-alive",
            "Content-Type: text/html",
            "Content-Encoding: gzip",
            "Content-Range: bytes 0-1/2",
            "Authorization: Basic YTpi",
            "Cookie: a=b",
            "Set-Cookie: a=b",
            "Expect: 100-continue",
            "If-Match: *",
            "Range: bytes=0-",
            "Cache-Control: no-store",
            "Upgrade: h2c",
            "content-length: 0",
            "A: b\r\nContent-Length: 5")
        .map(field ->
            refused(
                "9110 6.5.1",
                field,
                HEAD + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + field + "\r\n\r\n" + HIDDEN));
  }

  /** Who is asked: the name that routes a request. */
  static Stream<Arguments> hosts() {
    return Stream.of(
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nhOST: other\r\n\r\n",
            "GET / HTTP/1.1\r\nHost:\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: u@h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: u:p@h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h:80@other\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h other\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h/path\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h?q\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h#f\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: http://h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h:80:90\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h:-1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h:+80\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h:99999\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\\other\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ::1]\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: []\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\u00e4\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: \"h\"\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: <h>\r\n\r\n",
            "GET http://h/ HTTP/1.1\r\n\r\n",
            "GET http://h/ HTTP/1.1\r\nHost: a\r\nHost: h\r\n\r\n",
            "GET http://u@h/ HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET http:// HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET http:///x HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET http:/x HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET http:x HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET h:80 HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET @other/ HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET x HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET ?q HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET \\x HTTP/1.1\r\nHost: h\r\n\r\n")
        .map(input -> refused("9112 3.2", input.replace("\r\n", " | "), input + HIDDEN));
  }

  /** Requests that have no content, and methods whose meaning is a tunnel or an echo. */
  static Stream<Arguments> methods() {
    return Stream.of(
        refused("9112 3.2.3", "CONNECT a path", "CONNECT / HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused("9110 9.3.6", "CONNECT without port", "CONNECT h HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused("9110 9.3.6", "CONNECT with no port", "CONNECT h: HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused("9110 9.3.6", "CONNECT a bad port", "CONNECT h:8a HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused("9110 9.3.6", "CONNECT a high port", "CONNECT h:65536 HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused("9110 9.3.6", "CONNECT no host", "CONNECT :80 HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused("9110 9.3.6", "CONNECT a URI", "CONNECT http://h:80/ HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused("9110 9.3.6", "CONNECT as somebody", "CONNECT u@h:80 HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(
            "9110 9.3.6",
            "CONNECT with content",
            "CONNECT h:80 HTTP/1.1\r\nHost: h\r\nContent-Length: 33\r\n\r\n" + HIDDEN),
        refused(
            "9110 9.3.6",
            "CONNECT with chunks",
            "CONNECT h:80 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                + HIDDEN),
        refused(
            "9110 9.3.8",
            "TRACE with content",
            "TRACE / HTTP/1.1\r\nHost: h\r\nContent-Length: 33\r\n\r\n" + HIDDEN),
        refused("9112 3.2.4", "GET *", "GET * HTTP/1.1\r\nHost: h\r\n\r\n" + HIDDEN),
        refused("9112 3.2.4", "OPTIONS **", "OPTIONS ** HTTP/1.1\r\nHost: h\r\n\r\n" + HIDDEN),
        refused("9112 3", "HTTP/0.9", "GET /\r\n" + HIDDEN),
        refused("9112 3", "two versions", "GET / HTTP/1.1 HTTP/1.1\r\nHost: h\r\n\r\n" + HIDDEN),
        refused("9112 2.3", "a version with CR", "GET / HTTP/\r\r1.1\r\nHost: h\r\n\r\n"),
        refused("9112 2.3", "a long version", "GET / HTTP/1.32\r\nHost: h\r\n\r\n"),
        refused("9112 2.3", "an overflow", "GET / HTTP/4294967297.1\r\nHost: h\r\n\r\n"),
        refused("9112 3", "LF in the line", "GET /\nHTTP/1.1\r\nHost: h\r\n\r\n" + HIDDEN),
        refused("9112 3", "VT in the line", "GET\u000b/ HTTP/1.1\r\nHost: h\r\n\r\n" + HIDDEN),
        refused("9112 3", "FF in the line", "GET /\fHTTP/1.1\r\nHost: h\r\n\r\n" + HIDDEN),
        refused("9112 3", "a method in quotes", "\"GET\" / HTTP/1.1\r\nHost: h\r\n\r\n" + HIDDEN),
        refused("9112 3", "a method with equals", "G=T / HTTP/1.1\r\nHost: h\r\n\r\n" + HIDDEN));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource({
    "bothLengths",
    "codings",
    "lines",
    "numbers",
    "chunkLines",
    "trailers",
    "hosts",
    "methods"
  })
  void isRefusedAtEverySplit(String section, String name, String input, String refusal) {
    byte[] octets = input.getBytes(ISO_8859_1);
    HttpLimits limits = HttpLimits.defaults();
    List<String> found = Conversations.found(limits, octets);
    assertThat(found).last().isEqualTo(refusal);
    assertThat(found).noneMatch(request -> request.contains("GET /hidden"));
    assertThat(Conversations.foundOneByOne(limits, octets)).isEqualTo(found);
    IntStream.range(0, octets.length)
        .forEach(cut ->
            assertThat(Conversations.found(limits, octets, cut))
                .as("cut at %s", cut)
                .isEqualTo(found));
  }

  // ---- What is framed as it says --------------------------------------------------------------

  private static String carrying(String method, String fields) {
    return method
        + " / HTTP/1.1\r\nHost: h\r\n"
        + fields
        + "Content-Length: "
        + HIDDEN.length()
        + "\r\n\r\n"
        + HIDDEN;
  }

  private static String carryingInChunks(String method) {
    return method
        + " / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        + Integer.toHexString(HIDDEN.length())
        + "\r\n"
        + HIDDEN
        + "\r\n0\r\n\r\n";
  }

  /** CL.0, 0.CL, TE.0: content where some expect none. It is content all the same. */
  static Stream<String> unexpectedContent() {
    return Stream.of(
        carrying("GET", ""),
        carrying("HEAD", ""),
        carrying("OPTIONS", ""),
        carrying("DELETE", ""),
        carrying("get", ""),
        carrying("POST", "Expect: 100-continue\r\n"),
        carrying("GET", "Upgrade: websocket\r\nConnection: upgrade\r\n"),
        carrying("GET", "Connection: Content-Length\r\n"),
        carrying("GET", "Content_Length: 0\r\nTransfer_Encoding: chunked\r\n"),
        carrying("GET", "Content-Encoding: chunked\r\nTE: chunked\r\n"),
        carrying("GET", "Content-Length: 0000000000000000000000000" + HIDDEN.length() + "\r\n"),
        carryingInChunks("GET"),
        carryingInChunks("HEAD"),
        carryingInChunks("OPTIONS"),
        carryingInChunks("DELETE"));
  }

  @ParameterizedTest
  @MethodSource("unexpectedContent")
  void takesContentForContent(String input) {
    List<String> found = Conversations.found(input + HIDDEN.replace("hidden", "next"));
    assertThat(found).hasSize(3).element(1, STRING).isEqualTo("content " + HIDDEN);
    assertThat(found).last(STRING).startsWith("GET /next ");
  }

  @Test
  void asksTheHostOfAnAbsoluteTargetAndNotAnother() {
    var decoder = new RequestDecoder(HttpLimits.defaults(), length -> Body.empty());
    Request request =
        decoder.next(
            ByteBuffer.wrap("GET http://a:80/p HTTP/1.1\r\nHost: b\r\n\r\n".getBytes(ISO_8859_1)));
    assertThat(request.host()).as("RFC 9112, section 3.2.2").isEqualTo("a:80");
    assertThat(request.path()).isEqualTo("/p");
  }

  @Test
  void readsTheFormsOfTargets() {
    var decoder = new RequestDecoder(HttpLimits.defaults(), length -> Body.empty());
    var in =
        ByteBuffer.wrap(
            ("CONNECT [::1]:443 HTTP/1.1\r\nHost: h\r\n\r\n"
                    + "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")
                .getBytes(ISO_8859_1));
    Request tunnel = decoder.next(in);
    assertThat(tunnel.host()).isEqualTo("[::1]:443");
    assertThat(tunnel.path()).isEmpty();
    Request server = decoder.next(in);
    assertThat(server.path()).isEqualTo("*");
    assertThat(server.host()).isEqualTo("h");
  }

  // ---- Every octet in every place -------------------------------------------------------------

  /**
   * An octet anywhere in and around a field that frames, beside a length. Either the request is
   * refused; or the field is, for everybody, one of another name or the value of another, and then
   * the length counts.
   */
  @Test
  void bearsEveryOctetInAFieldThatFrames() {
    List<String> places =
        List.of(
            "#Transfer-Encoding: chunked",
            "Transfer#-Encoding: chunked",
            "Transfer-Encoding#: chunked",
            "Transfer-Encoding:#chunked",
            "Transfer-Encoding: chu#nked",
            "Transfer-Encoding: chunked#",
            "Transfer-Encoding#chunked",
            "A: b#Transfer-Encoding: chunked",
            "A: b\r#Transfer-Encoding: chunked",
            "A: b#\nTransfer-Encoding: chunked",
            "A: b\r\n#Transfer-Encoding: chunked");
    int taken = 0;
    for (char octet = 0; octet < 256; octet++) {
      for (String place : places) {
        String fields = "Content-Length: 5\r\n" + place.replace('#', octet);
        List<String> found = Conversations.found(HEAD + fields + "\r\n\r\n0\r\n\r\n");
        if (!found.equals(List.of("refused 400"))) {
          taken++;
          assertThat(found)
              .as("octet %s in %s", (int) octet, place)
              .hasSize(2)
              .endsWith("content 0\r\n\r\n")
              .first(STRING)
              .doesNotContain("| Transfer-Encoding: ");
          assertThat(octet == '\t' || (octet >= ' ' && octet != 0x7f)).isTrue();
        }
      }
    }
    assertThat(taken).as("octets that make another name or value").isBetween(400, 700);
  }
}
