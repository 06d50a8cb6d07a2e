package io.tendril.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.FirstBytes;
import io.tendril.core.policy.ConnectionLimit;
import io.tendril.core.policy.IdleTimeout;
import io.tendril.core.policy.PeerLimit;
import io.tendril.core.policy.RateLimit;
import io.tendril.core.policy.TrafficLog;
import io.tendril.core.proxy.ProxyProtocol;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A reactor that gives way to another process, in memory. */
class RetiringTest {
  private static final String HEADER = "PROXY TCP4 192.0.2.1 192.0.2.2 1000 80\r\n";

  private final MemoryNetwork network = new MemoryNetwork(3);
  private final TestClock clock = network.clock();
  private final MemoryHost server = network.host("server");
  private final Reactor serving = server.reactor();
  private final MemoryHost client = network.host("client");
  private final List<String> calls = new ArrayList<>();

  /** Finishes when it has been asked to and has answered once more. */
  private class Finishing implements Protocol {
    private final Transport transport;
    private boolean last;

    Finishing(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void connectionMade() {
      calls.add("made");
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      transport.write(data);
      if (last) {
        transport.loseConnection();
      }
    }

    @Override
    public void retire(Transport retired) {
      calls.add(retired == transport ? "retire" : "retire of another transport");
      last = true;
    }

    @Override
    public void drain(Transport drained) {
      calls.add("drain");
      transport.loseConnection();
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      calls.add("lost");
    }
  }

  /** A peer that waits for what comes. */
  private static final class Peer implements Protocol {
    final Transport transport;
    String heard = "";
    @Nullable ConnectionClosed lost;

    Peer(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      heard += US_ASCII.decode(data);
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      lost = reason;
    }
  }

  private void in(MemoryHost host, Reactor.Action action) {
    host.reactor()
        .execute(() -> {
          try {
            action.run();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    clock.runCurrent();
  }

  private void serve(ProtocolFactory<?> factory) {
    in(
        server,
        () -> {
          var _ = server.reactor().listen("tcp:80", factory);
        });
  }

  private Peer connect(MemoryHost from, String where) {
    List<Peer> made = new ArrayList<>();
    in(
        from,
        () -> {
          var _ = from.reactor().connect(where, Peer::new).thenAccept(made::add);
        });
    clock.advance(ofMillis(10));
    assertThat(made).hasSize(1);
    return made.getFirst();
  }

  private void say(Peer peer, String words) {
    in(client, () -> peer.transport.write(words));
    clock.advance(ofMillis(10));
  }

  private void retire() {
    in(server, () -> server.reactor().network().retire(ofSeconds(30)));
  }

  private void assertStopped() {
    clock.advance(ofSeconds(3));
    assertThat(serving.state()).isEqualTo(Reactor.State.STOPPED);
  }

  // ---- What is waited for ---------------------------------------------------------------------

  @Test
  void whatWasAcceptedIsWaitedFor() {
    serve(Finishing::new);
    var peer = connect(client, "tcp:server:80");
    retire();
    clock.advance(ofSeconds(25));
    assertThat(serving.state()).isEqualTo(Reactor.State.RUNNING);
    say(peer, "a request");
    assertThat(peer.heard).isEqualTo("a request");
    assertStopped();
    assertThat(calls).containsExactly("made", "retire", "lost");
  }

  @Test
  void whatDoesNotEndInTimeIsDrained() {
    serve(Finishing::new);
    var peer = connect(client, "tcp:server:80");
    retire();
    clock.advance(ofSeconds(31));
    assertStopped();
    assertThat(calls).containsExactly("made", "retire", "drain", "lost");
    assertThat(peer.lost).isInstanceOf(ConnectionClosed.Done.class);
  }

  @Test
  void aConnectionMadeAsAClientIsUsedToTheEndAndHoldsNothingUp() {
    var database = network.host("database");
    in(
        database,
        () -> {
          var _ = database.reactor().listen("tcp:5432", Peer::new);
        });
    serve(Finishing::new);
    List<Finishing> pool = new ArrayList<>();
    in(
        server,
        () -> {
          var _ =
              server.reactor().connect("tcp:database:5432", Finishing::new).thenAccept(pool::add);
        });
    clock.advance(ofMillis(10));
    assertThat(pool).hasSize(1);
    calls.clear();
    var peer = connect(client, "tcp:server:80");
    retire();
    clock.advance(ofSeconds(10));
    assertThat(calls).containsExactly("made", "retire");
    say(peer, "a request");
    assertThat(peer.heard).isEqualTo("a request");
    assertStopped();
    assertThat(calls).containsExactly("made", "retire", "lost", "drain", "lost");
  }

  @Test
  void whereThereIsNothingToFinishItStopsAtOnce() {
    serve(Finishing::new);
    retire();
    assertStopped();
  }

  @Test
  void aProtocolThatKnowsNothingOfItIsDrained() {
    serve(transport ->
        new Protocol() {
          @Override
          public void dataReceived(ByteBuffer data) {}

          @Override
          public void drain(Transport drained) {
            calls.add("drain");
            drained.loseConnection();
          }
        });
    var peer = connect(client, "tcp:server:80");
    retire();
    clock.advance(ofMillis(10));
    assertThat(peer.lost).isInstanceOf(ConnectionClosed.Done.class);
    assertThat(calls).containsExactly("drain");
    assertStopped();
  }

  @Test
  void oneThatThrowsLosesItsConnectionAlone() {
    serve(transport ->
        new Finishing(transport) {
          @Override
          public void retire(Transport retired) {
            if (calls.contains("thrown")) {
              super.retire(retired);
            } else {
              calls.add("thrown");
              throw new IllegalStateException("on purpose");
            }
          }
        });
    var one = connect(client, "tcp:server:80");
    var other = connect(client, "tcp:server:80");
    assertThatThrownBy(this::retire).hasMessageContaining("on purpose");
    clock.advance(ofMillis(10));
    say(one, "a");
    say(other, "b");
    assertThat(one.heard + other.heard).isIn("a", "b");
    assertStopped();
  }

  // ---- What waits for first bytes -------------------------------------------------------------

  @Test
  void whatWaitsForTheHeaderOfAProxyIsServed() {
    serve(ProxyProtocol.from("0.0.0.0/0").wrap(Finishing::new));
    assertServed(HEADER);
  }

  @Test
  void whatWaitsForFirstBytesIsServed() {
    serve(FirstBytes.select().when("none of these", Peer::new).otherwise(Finishing::new));
    assertServed("");
  }

  @Test
  void whatWaitsForBothOneAfterTheOtherIsServed() {
    serve(
        ProxyProtocol.from("0.0.0.0/0")
            .wrap(FirstBytes.select().when("a re", Finishing::new).otherwiseClose()));
    assertServed(HEADER);
  }

  private void assertServed(String first) {
    var peer = connect(client, "tcp:server:80");
    var silent = connect(client, "tcp:server:80");
    retire();
    clock.advance(ofSeconds(1));
    assertThat(calls).isEmpty();
    say(peer, first);
    say(peer, "a request");
    assertThat(peer.heard).isEqualTo("a request");
    clock.advance(ofMillis(100));
    assertThat(calls).containsExactly("made", "retire", "lost");
    in(client, () -> silent.transport.loseConnection());
    assertStopped();
  }

  @Test
  void whatIsSilentEndsWithTheTimeForTheHeader() {
    serve(ProxyProtocol.from("0.0.0.0/0").within(ofSeconds(5)).wrap(Finishing::new));
    var silent = connect(client, "tcp:server:80");
    retire();
    clock.advance(ofSeconds(4));
    assertThat(silent.lost).isNull();
    clock.advance(ofSeconds(2));
    assertThat(silent.lost).isNotNull();
    assertStopped();
    assertThat(calls).isEmpty();
  }

  @Test
  void atAShutdownWhatWaitsForFirstBytesIsClosed() {
    serve(ProxyProtocol.from("0.0.0.0/0").wrap(Finishing::new));
    var peer = connect(client, "tcp:server:80");
    in(server, () -> server.reactor().stop());
    clock.advance(ofMillis(10));
    assertThat(peer.lost).isInstanceOf(ConnectionClosed.Done.class);
    assertStopped();
  }

  // ---- Through wrappers -----------------------------------------------------------------------

  /** Wraps the factory that serves. */
  interface Wrapper {
    ProtocolFactory<?> around(ProtocolFactory<?> factory);
  }

  static Stream<Named<Wrapper>> wrappers() {
    return Stream.of(
        Named.of("connection limit", factory -> ConnectionLimit.of(9).wrap(factory)),
        Named.of("peer limit", factory -> PeerLimit.of(9).wrap(factory)),
        Named.of("idle timeout", factory -> IdleTimeout.of(ofSeconds(99)).wrap(factory)),
        Named.of("rate limit", factory -> RateLimit.of(99_999, 99_999).wrap(factory)),
        Named.of("traffic log", factory -> TrafficLog.to(_ -> {}).wrap(factory)));
  }

  @ParameterizedTest
  @MethodSource("wrappers")
  void itIsAskedThroughEveryWrapper(Wrapper wrapper) {
    serve(wrapper.around(Finishing::new));
    var peer = connect(client, "tcp:server:80");
    retire();
    clock.advance(ofSeconds(1));
    assertThat(calls).containsExactly("made", "retire");
    say(peer, "a request");
    assertThat(peer.heard).isEqualTo("a request");
    assertStopped();
  }
}
