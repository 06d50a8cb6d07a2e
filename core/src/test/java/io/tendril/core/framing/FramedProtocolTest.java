package io.tendril.core.framing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Transport;
import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.ManualTransport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Contract L1: what a protocol does inside a unit. */
class FramedProtocolTest {
  private ManualReactor reactor;
  private ManualTransport transport;
  private final List<String> lines = new ArrayList<>();

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
    transport = new ManualTransport(reactor);
  }

  @AfterEach
  void close() {
    reactor.close();
    assertThat(reactor.events).isEmpty();
  }

  /** Obeys the lines that it gets. */
  private class Obedient extends LineProtocol {
    Obedient(Transport transport) {
      super(transport, new LineDecoder(8, UTF_8));
    }

    @Override
    protected void lineReceived(String line) {
      lines.add(line);
      switch (line) {
        case "pause" -> transport().pauseReading();
        case "blink" -> {
          transport().pauseReading();
          transport().resumeReading();
        }
        case "close" -> transport().loseConnection();
        case "abort" -> transport().abortConnection();
        case "become" -> transport().become(Rest::new);
        case "throw" -> throw new IllegalStateException("as told");
        default -> writeLine("heard " + line);
      }
    }
  }

  private record Rest(Transport transport) implements Protocol {
    @Override
    public void dataReceived(java.nio.ByteBuffer data) {
      transport.write("rest:");
      transport.write(data);
    }
  }

  @Test
  void deliversEachLine() throws Exception {
    transport.connect(Obedient::new);
    transport.deliver("one\r\ntwo\r\nthr");
    assertThat(lines).containsExactly("one", "two");
    assertThat(transport.written()).isEqualTo("heard one\r\nheard two\r\n");
    transport.deliver("ee\r\n");
    assertThat(lines).containsExactly("one", "two", "three");
  }

  @Test
  void pausingInsideALineDeliversNoFurtherLineUntilResumed() throws Exception {
    transport.connect(Obedient::new);
    transport.deliver("one\r\npause\r\ntwo\r\nthree\r\n");
    assertThat(lines).containsExactly("one", "pause");

    transport.resumeReading();
    assertThat(lines).as("not from inside of the call").containsExactly("one", "pause");
    reactor.settle();
    assertThat(lines).containsExactly("one", "pause", "two", "three");
  }

  @Test
  void pausingAndResumingInsideALineGoesOn() throws Exception {
    transport.connect(Obedient::new);
    transport.deliver("blink\r\ntwo\r\n");
    reactor.settle();
    assertThat(lines).containsExactly("blink", "two");
  }

  @Test
  void closingInsideALineDeliversNoFurtherLine() throws Exception {
    transport.connect(Obedient::new);
    transport.deliver("close\r\ntwo\r\n");
    transport.deliver("three\r\n");
    assertThat(lines).containsExactly("close");
  }

  @Test
  void abortingInsideALineDeliversNoFurtherLine() throws Exception {
    transport.connect(Obedient::new);
    transport.deliver("abort\r\ntwo\r\n");
    assertThat(lines).containsExactly("abort");
  }

  @Test
  void becomeInsideALinePassesTheRestOn() throws Exception {
    transport.connect(Obedient::new);
    transport.deliver("become\r\nGET / HTTP/1.1\r\nHo");
    assertThat(lines).containsExactly("become");
    assertThat(transport.written()).isEqualTo("rest:GET / HTTP/1.1\r\nHo");
  }

  @Test
  void anExceptionGoesToTheTransport() throws Exception {
    transport.connect(Obedient::new);
    assertThatThrownBy(() -> transport.deliver("throw\r\ntwo\r\n"))
        .isInstanceOf(IllegalStateException.class);
    assertThat(lines).containsExactly("throw");
  }

  @Test
  void aLineThatIsTooLongClosesWithAReasonThatNamesTheLimit() throws Exception {
    transport.connect(Obedient::new);
    transport.deliver("one\r\n123456789\r\nthree\r\n");
    assertThat(lines).containsExactly("one");
    assertThat(transport.closing)
        .isInstanceOf(ConnectionClosed.Violation.class)
        .hasMessageContaining("127.0.0.9:999")
        .hasMessageContaining("a line of more than 8 bytes");
  }

  @Test
  void aProtocolMayLiveOnAfterALineThatIsTooLong() throws Exception {
    transport.connect(transport ->
        new Obedient(transport) {
          @Override
          protected void violated(FramingViolation violation) {
            writeLine("500 " + violation.getMessage());
          }
        });
    transport.deliver("12345678901");
    transport.deliver("2345\r\ntwo\r\n");
    assertThat(transport.written()).isEqualTo("500 a line of more than 8 bytes\r\nheard two\r\n");
    assertThat(transport.closing).isNull();
  }

  @Test
  void aViolationWithNoWayOnClosesInAnyCase() throws Exception {
    class Lenient extends FramedProtocol<Object> {
      Lenient(Transport transport) {
        super(transport, new NetstringDecoder());
      }

      @Override
      protected void received(Object unit) {}

      @Override
      protected void violated(FramingViolation violation) {
        transport().write("sorry");
      }
    }
    transport.connect(Lenient::new);
    transport.deliver("nonsense");
    assertThat(transport.written()).isEqualTo("sorry");
    assertThat(transport.closing).isInstanceOf(ConnectionClosed.Violation.class);
  }

  @Test
  void aUnitThatCannotBeReadIsAViolation() throws Exception {
    List<Integer> numbers = new ArrayList<>();
    ProtocolFactory<?> factory =
        Framed.with(
            () ->
                new LineDecoder()
                    .map(line -> {
                      try {
                        return Integer.valueOf(line);
                      } catch (NumberFormatException e) {
                        throw new FramingViolation("'" + line + "' is not a number");
                      }
                    }),
            (connection, number) -> numbers.add(number));
    transport.connect(factory);
    transport.deliver("1\r\n2\r\nthree\r\n4\r\n");
    assertThat(numbers).containsExactly(1, 2);
    assertThat(transport.closing).hasMessageContaining("'three' is not a number");
  }

  @Test
  void leavesRoomForTheLongestUnit() throws Exception {
    assertThat(transport.connect(Obedient::new).unreadLimit()).isEqualTo(65_536);
    FramedProtocol<?> large =
        transport.connect(Framed.with(NetstringDecoder::new, (connection, unit) -> {}));
    assertThat(large.unreadLimit()).isGreaterThan(99_999);
  }

  @Test
  void writesLinesAsItReadsThem() throws Exception {
    class Unix extends LineProtocol {
      Unix(Transport transport) {
        super(transport, new LineDecoder(LineEnding.LF));
      }

      @Override
      protected void lineReceived(String line) {
        writeLine(line);
      }
    }
    transport.connect(Unix::new);
    transport.deliver("one\ntwo\n");
    assertThat(transport.written()).isEqualTo("one\ntwo\n");
  }

  @Test
  void refusesToWriteTwoLinesAsOne() throws Exception {
    Obedient protocol = transport.connect(Obedient::new);
    assertThatIllegalArgumentException().isThrownBy(() -> protocol.writeLine("a\r\nb"));
  }
}
