package io.tendril.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.ServerEndpoint;
import io.tendril.core.endpoint.TlsServerEndpoint;
import io.tendril.core.tls.TlsOptions;
import io.tendril.spi.SocketSettings;
import io.tendril.testing.MemoryHost;
import io.tendril.testing.MemoryNetwork;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A server on a network in memory, in virtual time, and clients that speak in octets. */
final class VirtualServer {
  final MemoryNetwork network;
  final MemoryHost host;
  final List<ReactorEvent> failures = new ArrayList<>();
  private final MemoryHost clients;

  VirtualServer(MemoryNetwork network, HttpServer server) {
    this(
        network,
        reactor -> reactor.network().listen(address(network), SocketSettings.defaults(), server));
  }

  private VirtualServer(MemoryNetwork network, Function<Reactor, Deferred<Listener>> listen) {
    this.network = network;
    this.host = network.host("server");
    this.clients = network.host("client");
    network.observe(event -> {
      if (event.isFailure()) {
        failures.add(event);
      }
    });
    host.run(reactor -> listen.apply(reactor));
  }

  private static InetSocketAddress address(MemoryNetwork network) {
    return new InetSocketAddress(network.host("server").address(), 80);
  }

  /** One that listens by itself, not as a factory. */
  static VirtualServer listening(MemoryNetwork network, HttpServer server) {
    return new VirtualServer(network, reactor -> server.listen(reactor, endpoint(network)));
  }

  private static ServerEndpoint endpoint(MemoryNetwork network) {
    return (reactor, factory) ->
        reactor.network().listen(address(network), SocketSettings.defaults(), factory);
  }

  /** One that speaks TLS. */
  static VirtualServer secure(HttpServer server, TlsOptions options) {
    var network = new MemoryNetwork();
    ServerEndpoint endpoint = TlsServerEndpoint.over(endpoint(network), options);
    return new VirtualServer(network, reactor -> server.listen(reactor, endpoint));
  }

  static VirtualServer of(HttpHandler handler) {
    return of(HttpServer.of(handler));
  }

  static VirtualServer of(HttpServer server) {
    return new VirtualServer(new MemoryNetwork(), server);
  }

  /** Ends the server's reactor, which closes the files that it keeps open. */
  void stop() {
    host.reactor().execute(host.reactor()::stop);
    pass(Duration.ofMinutes(1));
  }

  /** Lets time pass. */
  void pass(Duration time) {
    network.clock().advance(time);
  }

  /** How many connections the server has open. */
  int connections() {
    return host.reactor().stats().connections();
  }

  Client connect() {
    return connect(SocketSettings.defaults());
  }

  Client connect(SocketSettings settings) {
    var opened = new ArrayList<Client>();
    clients.run(reactor ->
        reactor
            .network()
            .connect(
                new InetSocketAddress(host.address(), 80),
                "server",
                settings,
                Duration.ofSeconds(30),
                Client::new)
            .thenAccept(opened::add));
    network.clock().runUntil(() -> !opened.isEmpty(), Duration.ofMinutes(1));
    return opened.getFirst();
  }

  /** Sends a request of HTTP/1.1 on a connection of its own, and returns the whole response. */
  String get(String target, String... fields) {
    return request("GET", target, fields);
  }

  String request(String method, String target, String... fields) {
    Client client = connect();
    String lines = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
    client.send(
        method + " " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + lines + "\r\n");
    network.clock().runUntil(() -> client.closed, Duration.ofMinutes(1));
    return client.received();
  }

  /** One connection. */
  final class Client implements Protocol {
    private final Transport transport;
    private final StringBuilder received = new StringBuilder();
    private boolean closed;
    private boolean staysOpen;
    private int mayTake = Integer.MAX_VALUE;

    private Client(Transport transport) {
      this.transport = transport;
      transport.pauseReadingWhenFull(false);
    }

    /** Puts TLS on the connection. */
    void secure(TlsOptions options) {
      transport
          .reactor()
          .execute(() -> {
            var _ = transport.startTls(options);
          });
      network.clock().advance(Duration.ofSeconds(1));
    }

    void send(String octets) {
      transport.reactor().execute(() -> transport.write(octets.getBytes(ISO_8859_1)));
      network.clock().runCurrent();
    }

    /** Sends, and does something before the server can have read it. */
    void send(String octets, Runnable then) {
      transport
          .reactor()
          .execute(() -> {
            transport.write(octets.getBytes(ISO_8859_1));
            then.run();
          });
      network.clock().runCurrent();
    }

    /** Sends; to be called in the client's reactor. */
    void sendNow(String octets) {
      transport.write(octets.getBytes(ISO_8859_1));
    }

    void abort() {
      transport.reactor().execute(transport::abortConnection);
      network.clock().runCurrent();
    }

    /** Goes on when the server has ended its side. */
    void keepOpen() {
      staysOpen = true;
    }

    /** Stops reading. */
    void pause() {
      transport.reactor().execute(transport::pauseReading);
      network.clock().runCurrent();
    }

    /** Takes so many octets more, and then stops reading again. */
    void take(int octets) {
      transport
          .reactor()
          .execute(() -> {
            mayTake = octets;
            transport.resumeReading();
          });
      network.clock().runCurrent();
    }

    void resume() {
      transport.reactor().execute(transport::resumeReading);
      network.clock().runCurrent();
    }

    /** All that has come so far. */
    String received() {
      return received.toString();
    }

    /** Whether the server has closed. */
    boolean closed() {
      return closed;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      if (mayTake == Integer.MAX_VALUE) {
        received.append(ISO_8859_1.decode(data));
        return;
      }
      int count = Math.min(mayTake, data.remaining());
      received.append(ISO_8859_1.decode(data.slice(data.position(), count)));
      data.position(data.position() + count);
      mayTake -= count;
      if (mayTake == 0) {
        transport.pauseReading();
      }
    }

    @Override
    public boolean endReceived() {
      return staysOpen;
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      closed = true;
    }
  }
}
