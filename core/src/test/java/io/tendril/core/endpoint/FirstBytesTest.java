package io.tendril.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.ReactorEvent;
import io.tendril.core.Refusal;
import io.tendril.core.Transport;
import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.ManualTransport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One port, several protocols. */
class FirstBytesTest {
  private ManualReactor reactor;
  private ManualTransport transport;
  private final List<String> events = new ArrayList<>();

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
    transport = new ManualTransport(reactor);
  }

  @AfterEach
  void close() {
    reactor.close();
  }

  /** Answers with its name and what it got. */
  private ProtocolFactory<Protocol> named(String name) {
    return new ProtocolFactory<>() {
      @Override
      public Protocol build(Transport transport) {
        return data -> {
          transport.write(name + ":");
          transport.write(data);
        };
      }

      @Override
      public void started() {
        events.add(name + " started");
      }

      @Override
      public void stopped() {
        events.add(name + " stopped");
      }
    };
  }

  private FirstBytes sshOrTls() {
    return FirstBytes.select().when("SSH-", named("ssh")).when(FirstBytes.tls(), named("tls"));
  }

  @Test
  void aPrefixPicksItsProtocolWhichGetsAllBytes() throws Exception {
    transport.connect(sshOrTls().otherwise(named("http")));
    transport.deliver("SSH-2.0-x\r\n");
    assertThat(transport.written()).isEqualTo("ssh:SSH-2.0-x\r\n");
  }

  @Test
  void waitsForMoreWhileAPrefixIsPossible() throws Exception {
    transport.connect(sshOrTls().otherwise(named("http")));
    transport.deliver("S");
    assertThat(transport.written()).isEmpty();
    assertThat(transport.unread()).isEqualTo("S");
    transport.deliver("X");
    assertThat(transport.written()).isEqualTo("http:SX");
  }

  @Test
  void decidesTheSameHoweverTheBytesAreCut() throws Exception {
    transport.connect(sshOrTls().otherwise(named("http")));
    for (String each : List.of("S", "S", "H", "-")) {
      assertThat(transport.written()).isEmpty();
      transport.deliver(each);
    }
    assertThat(transport.written()).isEqualTo("ssh:SSH-");
  }

  @Test
  void whatNoRuleIsForGoesToTheLast() throws Exception {
    transport.connect(sshOrTls().otherwise(named("http")));
    transport.deliver("GET");
    assertThat(transport.written()).isEqualTo("http:GET");
  }

  @Test
  void recognisesTls() {
    FirstBytes.Test tls = FirstBytes.tls();
    byte[] hello = {22, 3, 1, 2, 0, 1, 0};
    for (int i = 1; i <= hello.length; i++) {
      assertThat(tls.judge(ByteBuffer.wrap(hello, 0, i)))
          .isEqualTo(i < 6 ? FirstBytes.Answer.MORE : FirstBytes.Answer.YES);
    }
    assertThat(tls.judge(ByteBuffer.wrap(new byte[] {22, 3, 1, 2, 0, 2})))
        .isEqualTo(FirstBytes.Answer.NO);
    assertThat(tls.judge(ByteBuffer.wrap(new byte[] {'G'}))).isEqualTo(FirstBytes.Answer.NO);
    assertThat(tls.judge(ByteBuffer.wrap(new byte[] {22, 2}))).isEqualTo(FirstBytes.Answer.NO);
  }

  @Test
  void anEarlierRuleThatWantsToSeeMoreHoldsALaterOneUp() throws Exception {
    ProtocolFactory<?> factory =
        FirstBytes.select()
            .when(FirstBytes.after(3, first -> first.get(2) == '!'), named("third"))
            .when("a", named("a"))
            .otherwise(named("none"));
    transport.connect(factory);
    transport.deliver("ab");
    assertThat(transport.written()).isEmpty();
    transport.deliver("c");
    assertThat(transport.written()).isEqualTo("a:abc");
  }

  @Test
  void aSilentClientGetsTheLastWhenTheTimeIsUp() throws Exception {
    transport.connect(sshOrTls().otherwise(transport -> new Greeting(transport)));
    reactor.advance(Duration.ofSeconds(10).minusNanos(1));
    assertThat(transport.written()).isEmpty();
    reactor.advance(Duration.ofNanos(1));
    assertThat(transport.written()).isEqualTo("220 hello\r\n");
  }

  private record Greeting(Transport transport) implements Protocol {
    @Override
    public void connectionMade() {
      transport.write("220 hello\r\n");
    }

    @Override
    public void dataReceived(ByteBuffer data) {}
  }

  @Test
  void whenTheTimeIsUpTestsThatWantToSeeMoreHaveSaidNo() throws Exception {
    ProtocolFactory<?> factory =
        FirstBytes.select()
            .when("abc", named("long"))
            .when("a", named("short"))
            .within(100, Duration.ofSeconds(1))
            .otherwise(named("none"));
    transport.connect(factory);
    transport.deliver("ab");
    reactor.advance(Duration.ofSeconds(1));
    assertThat(transport.written()).isEqualTo("short:ab");
  }

  @Test
  void whenTheBytesAreSpentTestsThatWantToSeeMoreHaveSaidNo() throws Exception {
    ProtocolFactory<?> factory =
        FirstBytes.select()
            .when(FirstBytes.after(99, first -> true), named("greedy"))
            .within(4, Duration.ofSeconds(1))
            .otherwise(named("none"));
    transport.connect(factory);
    transport.deliver("abc");
    assertThat(transport.written()).isEmpty();
    transport.deliver("d");
    assertThat(transport.written()).isEqualTo("none:abcd");
  }

  @Test
  void closesWhatItDoesNotKnowWhereAskedTo() throws Exception {
    transport.connect(sshOrTls().otherwiseClose());
    transport.deliver("GET");
    assertThat(transport.closing)
        .isInstanceOf(ConnectionClosed.Violation.class)
        .hasMessageContaining("no known protocol");
  }

  @Test
  void closesTheSilentWhereAskedTo() throws Exception {
    transport.connect(sshOrTls().otherwiseClose());
    reactor.advance(Duration.ofSeconds(10));
    assertThat(transport.closing).isInstanceOf(ConnectionClosed.TimedOut.class);
  }

  @Test
  void aRefusalClosesAndIsReportedAsOne() throws Exception {
    transport.connect(
        FirstBytes.select()
            .otherwise(transport -> {
              throw new Refusal("full");
            }));
    transport.deliver("x");
    assertThat(transport.closing).isNotNull();
    assertThat(reactor.events)
        .containsExactly(new ReactorEvent.ConnectionRefused(transport.peer(), "full"));
  }

  @Test
  void startsAndStopsEachFactoryOnce() {
    ProtocolFactory<?> both = named("both");
    ProtocolFactory<?> factory =
        FirstBytes.select().when("a", both).when("b", both).otherwise(named("last"));
    factory.started();
    factory.stopped();
    assertThat(events)
        .containsExactly("both started", "last started", "both stopped", "last stopped");
  }

  @Test
  void refusesLimitsThatAreNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FirstBytes.select().within(0, Duration.ofSeconds(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FirstBytes.select().within(1, Duration.ZERO));
  }
}
