package io.tendril.testing;

import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.spi.SocketSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A client and a server, connected in memory, whose bytes move only when the test pumps them: all
 * at once, in pieces of a size, or at random. Both have real transports, in virtual time.
 *
 * <pre>{@code
 * var pair = MemoryPair.connect(Client::new, Server::new);
 * pair.client().ask("ping");
 * pair.pump(1);                                         // byte by byte
 * assertThat(pair.client().answers()).containsExactly("pong");
 * }</pre>
 *
 * <p>Pumping goes on until neither side has anything to send, so an answer to an answer arrives
 * too. No time passes meanwhile; {@link #clock} is there for that. What a protocol throws comes out
 * of the pump, as {@link TestClock#expectFailure} says.
 *
 * @param <C> the client's protocol
 * @param <S> the server's protocol
 */
public final class MemoryPair<C extends Protocol, S extends Protocol> {
  private static final InetSocketAddress ADDRESS =
      new InetSocketAddress(MemoryHost.LOOPBACK, 8_000);

  private final TestClock clock;
  private final C client;
  private final S server;
  private final Lane fromClient;
  private final Lane fromServer;

  private MemoryPair(TestClock clock, C client, S server, Lane fromClient, Lane fromServer) {
    this.clock = clock;
    this.client = client;
    this.server = server;
    this.fromClient = fromClient;
    this.fromServer = fromServer;
  }

  /**
   * Connects two protocols. {@code connectionMade} of both has been called on return; nothing that
   * they have written there has arrived.
   */
  public static <C extends Protocol, S extends Protocol> MemoryPair<C, S> connect(
      ProtocolFactory<C> client, ProtocolFactory<S> server) {
    var network = new MemoryNetwork();
    MemoryHost host = network.host("localhost");
    network.link(host, host).hold();
    Reactor reactor = host.reactor();
    var ends = new Ends<C, S>();
    network.clock().call(reactor, () -> ends.open(reactor, client, server));
    List<MemoryStream> streams = network.engineOf(reactor).streams();
    if (ends.client == null || ends.server == null || streams.size() != 2) {
      throw new AssertionError("the two were not connected", ends.failure);
    }
    return new MemoryPair<>(
        network.clock(),
        ends.client,
        ends.server,
        streams.get(0).outgoing(),
        streams.get(1).outgoing());
  }

  /** The two, as they come to be. */
  private static final class Ends<C extends Protocol, S extends Protocol> {
    private @Nullable C client;
    private @Nullable S server;
    private @Nullable Throwable failure;
    private final List<Listener> listeners = new ArrayList<>();

    void open(Reactor reactor, ProtocolFactory<C> clients, ProtocolFactory<S> servers) {
      reactor
          .network()
          .listen(ADDRESS, SocketSettings.defaults(), transport -> accept(servers.build(transport)))
          .thenCompose(listener -> {
            listeners.add(listener);
            return reactor
                .network()
                .connect(
                    ADDRESS,
                    "the server",
                    SocketSettings.defaults(),
                    Duration.ofSeconds(1),
                    clients);
          })
          .thenAccept(protocol -> client = protocol)
          .exceptionally(why -> {
            failure = why;
            return null;
          });
    }

    private S accept(S protocol) {
      server = protocol;
      var _ = listeners.getFirst().close();
      return protocol;
    }
  }

  /** The client's protocol, as its factory has built it. */
  public C client() {
    return client;
  }

  /** The server's protocol, as its factory has built it. */
  public S server() {
    return server;
  }

  /** The time that both live in. */
  public TestClock clock() {
    return clock;
  }

  /** The reactor that both live in. */
  public Reactor reactor() {
    return clock.reactor();
  }

  // ---- Pumping --------------------------------------------------------------------------------

  /** Moves everything: what was written piece by piece arrives together. */
  public void pump() {
    pump(Integer.MAX_VALUE);
  }

  /** Moves everything, at most so many bytes at a time in each direction. */
  public void pump(int bytesPerStep) {
    if (bytesPerStep < 1) {
      throw new IllegalArgumentException(bytesPerStep + " bytes per step");
    }
    clock.runCurrent();
    boolean moved = true;
    while (moved) {
      moved = move(fromClient, bytesPerStep);
      moved |= move(fromServer, bytesPerStep);
    }
  }

  /** Moves everything, in pieces and in an order that a seed decides. */
  public void pumpRandomly(long seed) {
    var random = new SplittableRandom(seed);
    clock.runCurrent();
    boolean moved = true;
    while (moved) {
      Lane first = random.nextBoolean() ? fromClient : fromServer;
      Lane second = first == fromClient ? fromServer : fromClient;
      int count = 1 + random.nextInt(1 << random.nextInt(1, 17));
      moved = move(first, count) || move(second, count);
    }
  }

  /**
   * Moves at most so many bytes from the client to the server, and no answer back.
   *
   * @return whether anything moved
   */
  public boolean pumpToServer(int bytes) {
    clock.runCurrent();
    return move(fromClient, bytes);
  }

  /**
   * Moves at most so many bytes from the server to the client, and no answer back.
   *
   * @return whether anything moved
   */
  public boolean pumpToClient(int bytes) {
    clock.runCurrent();
    return move(fromServer, bytes);
  }

  private boolean move(Lane lane, int bytes) {
    boolean moved = lane.transfer(bytes);
    if (moved) {
      clock.runCurrent();
    }
    return moved;
  }
}
