package io.tendril.testing;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import io.tendril.core.framing.LineProtocol;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.AssertionFailedError;

class ConversationTest {
  /** A server of few words. */
  static final class Clerk extends LineProtocol {
    private int number;

    Clerk(Transport transport) {
      super(transport);
    }

    @Override
    public void connectionMade() {
      writeLine("220 ready");
    }

    @Override
    protected void lineReceived(String line) {
      switch (line) {
        case "QUIT" -> {
          writeLine("221 bye");
          transport().loseConnection();
        }
        case "ABORT" -> transport().abortConnection();
        case "NUMBER" -> writeLine("250 number " + (4711 + number++));
        case "LATER" -> transport().callLater(ofSeconds(5), () -> writeLine("250 later"));
        case "OCTETS" -> write("\0ü\t");
        default -> writeLine("250 heard " + line);
      }
    }

    private void write(String text) {
      transport().write(text);
    }
  }

  /** A client that says one thing, and leaves when it has been answered. */
  private static final class Caller extends LineProtocol {
    private boolean greeted;

    Caller(Transport transport) {
      super(transport);
    }

    void ask(String question) {
      writeLine(question);
    }

    @Override
    protected void lineReceived(String line) {
      if (greeted) {
        writeLine("QUIT");
        transport().loseConnection();
      }
      greeted = true;
    }
  }

  private static final String SESSION =
      """
      # A session with a bit of everything
      S: 220 ready

      C: hello
      C| wor
      C: ld \\x41\\\\
      S: 250 heard hello
      S~ 250 heard w(?<rest>.*) A.
      C: ${rest}
      S: 250 heard ${rest}
      C: NUMBER
      S~ 250 number (?<number>\\d+)
      C: number ${number}?
      S: 250 heard number ${number}?
      C: LATER
      .. 5s
      S: 250 later
      C: OCTETS
      S| \\0\\xc3\\xbc\\t
      C: QUIT
      S: 221 bye
      S! end
      """;

  @Test
  void aServerHoldsItHoweverItIsCut() {
    var connections = new AtomicInteger();
    Conversation.parse(SESSION)
        .checkServer(transport -> {
          connections.incrementAndGet();
          return new Clerk(transport);
        });
    assertThat(connections.get()).isGreaterThan(100);
  }

  @Test
  void aClientHoldsIt() {
    Conversation.parse(
            """
            C: how many?
            S: 220 ready
            S: 250 three
            C: QUIT
            C! end
            """)
        .checkClient(Caller::new, caller -> caller.ask("how many?"));
  }

  @Test
  void theEndAndTheResetOfEitherSideAreThere() {
    Conversation.parse("S: 220 ready\nC: ABORT\nS! reset").checkServer(Clerk::new);
    Conversation.parse("S: 220 ready\nC! end\nS! end").checkServer(Clerk::new);
    Conversation.parse("S: 220 ready\nC! reset").checkServer(Clerk::new);
  }

  @Test
  void whatWasHeardInsteadIsShown() {
    assertThatThrownBy(() ->
            Conversation.parse("S: 220 ready\nC: hello\nS: 250 heard nothing")
                .checkServer(Clerk::new))
        .isInstanceOf(AssertionFailedError.class)
        .hasMessage(
            """
            line 3 of the conversation: expected
              S: 250 heard nothing\\r\\n
            and heard
              S: 250 heard hello\\r\\n\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "S: 220 ready|C: a|S! end; S: 250 heard a",
        "S: 220 ready|C: a|S: 250 heard abc; S: 250 heard a\\r\\n",
        "S: 220 ready|S: more; S:  <nothing more>",
        "S: 220 ready|C: QUIT|S: 221 bye|S: more; <end>",
        "S: 220 ready|C: ABORT|S: more; <reset>",
        "S: 220 ready|C: a|S~ \\d+; S: 250 heard a",
        "S: 220 ready|C: QUIT|S~ .*|S~ .*; <end>",
        "S: 220 ready|C: QUIT|S: 221 bye|S! reset; S: <end>",
        "S: 220 ready|C: a; behind the end of the conversation was said: 250 heard a",
        "S: 220 ready|C: ${x}; line 2 of the conversation: nothing before it has a group named 'x'",
        "S: 220 ready|C~ x; line 2 of the conversation: a pattern can be expected",
      })
  void anythingElseFails(String conversation, String why) {
    Conversation parsed = Conversation.parse(conversation.replace('|', '\n'));
    assertThatThrownBy(() -> parsed.checkServer(Clerk::new))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(why);
  }

  @Test
  void aServerThatTakesEachPieceForALineIsFoundOut() {
    Conversation greeting = Conversation.parse("C: hello\nS: ok");
    assertThatThrownBy(() ->
            greeting.checkServer(
                Protocol.onData((transport, data) -> {
                  data.position(data.limit());
                  transport.write("ok\r\n");
                })))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("byte by byte: behind the end of the conversation was said: ok");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "`# nothing`; nothing is said",
        "X: hello; line 1 of the conversation: neither 'C', 'S'",
        "C; none of ':', '|', '~', '!'",
        "C? hello; none of ':', '|', '~', '!'",
        "C! leave; neither 'end' nor 'reset'",
        "C: a\\q; '\\' means nothing here",
        "C: a\\; '\\' means nothing here",
        "C: \\x4; two hexadecimal digits",
        "C: \\xgg; two hexadecimal digits",
        "C: ${name; without its '}'",
        "S~ (; Unclosed group",
        ".. soon; 'soon' is no time",
        ".. 9999999999s; is no time",
      })
  void whatIsNotWrittenAsItShouldBeIsSaid(String conversation, String why) {
    assertThatThrownBy(() -> Conversation.parse(conversation))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aMissingResourceIsNamed() {
    assertThatThrownBy(() -> Conversation.resource(ConversationTest.class, "none.txt"))
        .hasMessage("no resource 'none.txt' beside io.tendril.testing.ConversationTest");
  }
}
