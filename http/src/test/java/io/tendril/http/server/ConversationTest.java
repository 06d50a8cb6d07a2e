package io.tendril.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.testing.RecordingTransport;
import io.tendril.testing.Splits;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole connections: what a client sends, at every split and byte by byte, and what it gets for it.
 * Each conversation stands as the targets it asks for; what comes back, as statuses and contents.
 */
class ConversationTest {
  private static final String POST = " HTTP/1.1\r\nHost: h\r\n";

  private static String sent(String word) {
    String target = word.substring(word.indexOf('/') < 0 ? 0 : word.indexOf('/'));
    return switch (word.substring(0, word.length() - target.length())) {
      case "" -> "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n";
      case "HEAD:" -> "HEAD " + target + " HTTP/1.1\r\nHost: h\r\n\r\n";
      case "old:" -> "GET " + target + " HTTP/1.0\r\n\r\n";
      case "kept:" -> "GET " + target + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
      case "last:" -> "GET " + target + POST + "Connection: close\r\n\r\n";
      case "post:" -> "POST " + target + POST + "Content-Length: 5\r\n\r\nhello";
      case "asked:" ->
          "POST " + target + POST + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\nhello";
      case "long:" -> "POST " + target + POST + "Content-Length: 40\r\n\r\n" + "x".repeat(40);
      case "longer:" -> "POST " + target + POST + "Content-Length: 99\r\n\r\n" + "x".repeat(99);
      case "longest:" -> "POST " + target + POST + "Content-Length: 129\r\n\r\n" + "x".repeat(129);
      case "chunks:" ->
          "POST "
              + target
              + POST
              + "Transfer-Encoding: chunked\r\n\r\n"
              + "3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nX: y\r\n\r\n";
      case "bad-chunks:" ->
          "POST " + target + POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n";
      case "many-chunks:" ->
          "POST "
              + target
              + POST
              + "Transfer-Encoding: chunked\r\n\r\n"
              + "20\r\nabcdefghijklmnopqrstuvwxyzabcdef\r\n".repeat(5)
              + "0\r\n\r\n";
      case "echo:" ->
          "GET " + target + POST + "Connection: upgrade\r\nUpgrade: other, echo\r\n\r\nover";
      case "posted-echo:" ->
          "POST "
              + target
              + POST
              + "Connection: upgrade\r\nUpgrade: echo\r\nContent-Length: 5\r\n\r\nhelloover";
      case "connect:" -> "CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\nover";
      case "bad:" -> "GET " + target + " HTTP/1.1\r\n\r\n";
      case "folded:" -> "GET " + target + POST + "A: b\r\n c\r\n\r\n";
      case "large:" -> "GET " + target + POST + "A: " + "x".repeat(300) + "\r\n\r\n";
      default -> throw new AssertionError(word);
    };
  }

  /** The status lines and what is not head; whether the connection stays open. */
  private static String received(RecordingTransport connection) {
    StringBuilder short_ = new StringBuilder();
    String rest = connection.text();
    while (rest.startsWith("HTTP/1.1 ")) {
      int end = rest.indexOf("\r\n\r\n") + 4;
      String head = rest.substring(0, end);
      short_.append(head, 9, 12);
      if (head.contains("Connection: close\r\n")) {
        short_.append('!');
      }
      rest = rest.substring(end);
      int next = rest.indexOf("HTTP/1.1 ");
      String content = next < 0 ? rest : rest.substring(0, next);
      short_.append(content.isEmpty() ? "" : "=" + content.strip()).append(' ');
      rest = next < 0 ? "" : rest.substring(next);
    }
    return short_
        .append(rest)
        .append(connection.isOutputShut() ? "end" : "open")
        .toString()
        .replaceAll("\r?\n", "~");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          / | 200=prepared open
          / / / | 200=prepared 200=prepared 200=prepared open
          / last:/ / | 200=prepared 200!=prepared end
          HEAD:/ / | 200 200=prepared open
          HEAD:/written /none / | 200 204 200=prepared open
          old:/ / | 200!=prepared end
          kept:/ / | 200=prepared 200=prepared open
          old:/written | 200!=onetwo end
          kept:/written / | 200!=onetwo end
          post:/text / | 200=hello 200=prepared open
          chunks:/text / | 200=hello 200=prepared open
          chunks:/trailers / | 200=X: y 200=prepared open
          post:/mirror / | 200=hello 200=prepared open
          chunks:/mirror / | 411=411 Length Required 200=prepared open
          asked:/text / | 100 200=hello 200=prepared open
          asked:/unread / | 200!=unread end
          post:/unread / | 200=unread 200=prepared open
          chunks:/unread / | 200=unread 200=prepared open
          long:/unread / | 200!=unread end
          long:/text / | 200=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx 200=prepared open
          longer:/text / | 413!=413 Content Too Large end
          longest:/text / | 413!=413 Content Too Large end
          many-chunks:/text / | 413!=413 Content Too Large end
          post:/small / | 413!=413 Content Too Large end
          bad-chunks:/text / | 400!=400 Bad Request end
          bad-chunks:/unread / | 200=unread end
          /written / | 200=3~one~3~two~0~After: all 200=prepared open
          /later / | 200=later 200=prepared open
          /later post:/text /later | 200=later 200=hello 200=later open
          echo:/upgrade | 101=over open
          echo:/later-upgrade | 101=over open
          posted-echo:/upgrade | 101=over open
          /upgrade / | 426 200=prepared open
          /later-upgrade / | 426 200=prepared open
          connect:/ | 200=over open
          /conflict / | 409=409 Conflict 200=prepared open
          / bad:/ / | 200=prepared 400!=400 Bad Request end
          / folded:/ / | 200=prepared 400!=400 Bad Request end
          / large:/ / | 200=prepared 431!=431 Request Header Fields Too Large end
          /later bad:/ / | 200=later 400!=400 Bad Request end
          /nowhere / | 404=404 Not Found 200=prepared open
          """)
  void givesTheSameAtEverySplit(String words, String answers) {
    StringBuilder conversation = new StringBuilder();
    for (String word : words.split(" ")) {
      conversation.append(sent(word));
    }
    Splits.of(conversation.toString().getBytes(ISO_8859_1))
        .forEach(pieces -> assertThat(received(hold(pieces))).isEqualTo(answers));
  }

  private static RecordingTransport hold(List<byte[]> pieces) {
    var connection = new RecordingTransport();
    connection.connect(SampleSite.server());
    pieces.forEach(connection::deliver);
    return connection;
  }
}
