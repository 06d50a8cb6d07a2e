package io.tendril.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.DatagramTransport;
import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** The programs that the guide shows, over real sockets on loopback. */
class ExamplesTest {
  private static final String ANY_PORT = "tcp:0:interface=127.0.0.1";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @FunctionalInterface
  private interface Conversation<T> {
    Deferred<T> with(Reactor reactor, int port) throws Exception;
  }

  /** Serves on some port, holds a conversation with it, and ends. */
  private static <T> T serving(ProtocolFactory<?> factory, Conversation<T> conversation)
      throws Exception {
    return Reactor.runUntil(reactor ->
        reactor
            .listen(ANY_PORT, factory)
            .thenCompose(listener -> conversation.with(reactor, listener.port()))
            .orTimeout(PATIENCE));
  }

  @Test
  void echoSaysBackWhatItHears() throws Exception {
    String heard =
        serving(
            Echo.factory(),
            (reactor, port) -> Talker.to(reactor, port).thenCompose(t -> t.say("hello").hear()));
    assertThat(heard).isEqualTo("hello");
  }

  @Test
  void everybodyInTheRoomHearsWhatIsSaid() throws Exception {
    List<String> heard =
        serving(
            new Chat().factory(),
            (reactor, port) ->
                Talker.to(reactor, port)
                    .thenCompose(ada ->
                        ada.say("ada")
                            .hear(2)
                            .thenCompose(greeting -> Talker.to(reactor, port))
                            .thenCompose(bob -> bob.say("ada").say("bob").say("hello").hear(4))
                            .thenCompose(bobs -> ada.hear(2))));
    assertThat(heard).containsExactly("bob has come", "<bob> hello");
  }

  @Test
  void proxyCarriesBytesBothWays() throws Exception {
    String heard =
        serving(
            Echo.factory(),
            (reactor, port) ->
                reactor
                    .listen(ANY_PORT, Proxy.factory("tcp:127.0.0.1:" + port))
                    .thenCompose(front -> Talker.to(reactor, front.port()))
                    .thenCompose(talker -> talker.say("through").hear()));
    assertThat(heard).isEqualTo("through");
  }

  @Test
  void proxyHangsUpWhenNobodyIsThere() throws Exception {
    String heard =
        serving(
            Proxy.factory("tcp:127.0.0.1:1"),
            (reactor, port) -> Talker.to(reactor, port).thenCompose(Talker::hear));
    assertThat(heard).isEqualTo("(gone)");
  }

  /** Answers a datagram with itself, except the first ones. */
  private static Deferred<InetSocketAddress> deafFor(Reactor reactor, int datagrams) {
    int[] left = {datagrams};
    DatagramTransport[] opened = new DatagramTransport[1];
    return reactor
        .bindDatagram(
            "udp:0:interface=127.0.0.1",
            transport -> {
              opened[0] = transport;
              return (data, from) -> {
                if (left[0]-- <= 0) {
                  transport.send(data, from);
                }
              };
            })
        .thenApply(bound -> opened[0].local());
  }

  @Test
  void lookupAsksAgainWhenADatagramIsLost() throws Exception {
    String answer =
        Reactor.runUntil(reactor ->
            deafFor(reactor, 1)
                .thenCompose(server ->
                    reactor.connectDatagram("udp:127.0.0.1:" + server.getPort(), Lookup::new))
                .thenCompose(client -> client.ask("who is there?"))
                .orTimeout(PATIENCE));
    assertThat(answer).isEqualTo("who is there?");
  }

  @Test
  void lookupGivesUpInTheEnd() {
    assertThatThrownBy(() ->
            Reactor.runUntil(reactor ->
                deafFor(reactor, Integer.MAX_VALUE)
                    .thenCompose(server ->
                        reactor.connectDatagram("udp:127.0.0.1:" + server.getPort(), Lookup::new))
                    .thenCompose(client -> client.ask("who is there?"))
                    .orTimeout(PATIENCE)))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("an answer of /127.0.0.1");
  }

  @Test
  void pooledClientKeepsItsConnections() throws Exception {
    int[] connections = {0};
    ProtocolFactory<?> counting =
        transport -> {
          connections[0]++;
          return new Protocol() {
            @Override
            public void dataReceived(ByteBuffer data) {
              transport.write(data);
            }
          };
        };
    List<String> answers =
        serving(
            counting,
            (reactor, port) -> {
              var client = new PooledClient(reactor, "tcp:127.0.0.1:" + port, 2);
              return Deferred.gather(
                  List.of(
                      client.ask("one"),
                      client.ask("two"),
                      client.ask("three"),
                      client.ask("four")));
            });
    assertThat(answers).containsExactly("one", "two", "three", "four");
    assertThat(connections[0]).isEqualTo(2);
  }
}
