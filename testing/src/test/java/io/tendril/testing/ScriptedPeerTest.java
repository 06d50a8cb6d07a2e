package io.tendril.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.testing.ConversationTest.Clerk;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ScriptedPeerTest {
  private static final String SESSION =
      """
      S: 220 ready
      C: NUMBER
      S~ 250 number (?<number>.*)
      C: ${number}
      S: 250 heard ${number}
      C: QUIT
      S: 221 bye
      S! end
      """;

  @TendrilTest
  void aScriptedClientCallsAServer(Reactor reactor, TestRun test) throws Exception {
    var listener = test.result(reactor.listen("tcp:0:interface=127.0.0.1", Clerk::new));
    test.addCleanup(listener::close);
    try (var client = ScriptedPeer.calling(Conversation.parse(SESSION), listener.port())) {
      test.result(client.ended());
    }
  }

  @TendrilTest
  void aScriptedServerAnswersAClient(Reactor reactor, TestRun test) throws Exception {
    var conversation = Conversation.parse("S: 220 ready\nC: QUIT\nC! end\nS| bye\nS! reset");
    try (var server = ScriptedPeer.serving(conversation)) {
      Leaver client = test.result(reactor.connect("tcp:127.0.0.1:" + server.port(), Leaver::new));
      test.result(server.ended());
      assertThat(test.result(client.lost.deferred())).isInstanceOf(ConnectionClosed.Lost.class);
    }
  }

  /** A client that ends its output behind its only line. */
  private static final class Leaver implements Protocol {
    private final Transport transport;
    private final Promise<ConnectionClosed> lost;

    Leaver(Transport transport) {
      this.transport = transport;
      this.lost = transport.reactor().promise();
    }

    @Override
    public void connectionMade() {
      transport.write("QUIT\r\n");
      transport.shutdownOutput();
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      data.position(data.limit());
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      lost.succeed(reason);
    }
  }

  @TendrilTest
  void whatAServerSaysInsteadComesOutOfTheWait(Reactor reactor, TestRun test) throws Exception {
    var listener = test.result(reactor.listen("tcp:0:interface=127.0.0.1", Clerk::new));
    test.addCleanup(listener::close);
    var conversation = Conversation.parse("S: 220 ready\nC: a\nS: 250 heard b");
    try (var client = ScriptedPeer.calling(conversation, listener.port())) {
      assertThat(test.failure(client.ended(), AssertionError.class))
          .hasMessageContaining("S: 250 heard b\\r\\n")
          .hasMessageContaining("S: 250 heard a\\r\\n");
    }
  }

  @TendrilTest
  void aServerThatIsNotThereFailsTheWait(Reactor reactor, TestRun test) throws Exception {
    var listener = test.result(reactor.listen("tcp:0:interface=127.0.0.1", Clerk::new));
    int port = listener.port();
    test.result(listener.close());
    try (var client = ScriptedPeer.calling(Conversation.parse(SESSION), port)) {
      assertThat(test.failure(client.ended(), ConnectException.class))
          .hasMessageContaining("refused");
    }
  }

  @TendrilTest
  void closingBreaksOff(Reactor reactor, TestRun test) throws Exception {
    var server = ScriptedPeer.serving(Conversation.parse(SESSION));
    server.close();
    test.failure(server.ended(), SocketException.class);
  }

  @Test
  void aThreadMayWaitForTheEnd() throws Exception {
    var conversation = Conversation.parse("S: 220 ready\nC: hello\nC! end");
    try (var server = ScriptedPeer.serving(conversation);
        var client = ScriptedPeer.calling(conversation, server.port())) {
      server.awaitEnd();
      client.awaitEnd();
    }
    try (var server = ScriptedPeer.serving(conversation);
        var client = ScriptedPeer.calling(Conversation.parse("S: 220 ready"), server.port())) {
      client.awaitEnd();
      assertThatThrownBy(server::awaitEnd)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("line 2");
    }
  }

  @Test
  void timeIsNotPassedOnARealSocket() {
    assertThatThrownBy(() -> ScriptedPeer.serving(Conversation.parse("C: a\n.. 3s")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 2");
  }
}
