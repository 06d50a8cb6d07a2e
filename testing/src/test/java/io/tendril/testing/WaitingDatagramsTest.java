package io.tendril.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.DatagramTransport;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorOptions;
import io.tendril.spi.Engine;
import io.tendril.spi.Engines;
import io.tendril.testing.conformance.ForwardingEngine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Datagrams that the kernel did not take at once, and what becomes of them then. */
class WaitingDatagramsTest {
  /** What comes of each attempt to send: an exception, or true or false. */
  private final Queue<Object> outcomes = new ArrayDeque<>();

  private final List<ReactorEvent> events = new ArrayList<>();
  private final List<String> told = new ArrayList<>();

  private final class Faulty extends ForwardingEngine.ForwardingDatagram {
    Faulty(Engine.DatagramSocket socket) {
      super(socket);
    }

    @Override
    public boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException {
      Object outcome = outcomes.remove();
      if (outcome instanceof IOException e) {
        throw e;
      }
      return (boolean) outcome;
    }
  }

  private final class Asker implements DatagramProtocol {
    final DatagramTransport transport;

    Asker(DatagramTransport transport) {
      this.transport = transport;
    }

    @Override
    public void datagramReceived(ByteBuffer data, InetSocketAddress from) {}

    @Override
    public void connectionRefused() {
      told.add("refused");
    }
  }

  @Test
  void aRefusalThatIsMetLaterIsARefusalAndAnotherFailureNamesTheReceiver() {
    Reactor reactor =
        Reactor.create(
            ReactorOptions.defaults()
                .withEngine(() ->
                    new ForwardingEngine(Engines.nio().open()) {
                      @Override
                      protected DatagramSocket datagram(DatagramSocket socket) {
                        return new Faulty(socket);
                      }
                    }));
    reactor.observe(events::add);
    List<Asker> askers = new ArrayList<>();
    reactor.execute(
        () -> reactor.connectDatagram("udp:127.0.0.1:9", Asker::new).thenAccept(askers::add));
    while (askers.isEmpty()) {
      reactor.turn(Duration.ofMillis(1));
    }
    outcomes.addAll(
        List.of(false, new PortUnreachableException(), new SocketException("on purpose"), true));
    for (int i = 0; i < 3; i++) {
      askers.getFirst().transport.send(ByteBuffer.allocate(1));
    }
    for (int i = 0; i < 1_000 && !(outcomes.isEmpty() && !told.isEmpty()); i++) {
      reactor.turn(Duration.ofMillis(10));
    }
    assertThat(outcomes).isEmpty();
    assertThat(told).containsExactly("refused");
    assertThat(events.stream().filter(ReactorEvent::isFailure))
        .singleElement()
        .asString()
        .contains("sending to /127.0.0.1:9", "on purpose");
    reactor.stop();
    while (reactor.turn(Duration.ofMillis(1))) {}
  }
}
