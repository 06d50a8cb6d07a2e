package io.tendril.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.endpoint.ServerEndpoint;
import io.tendril.core.endpoint.TcpServerEndpoint;
import io.tendril.core.endpoint.TlsServerEndpoint;
import io.tendril.core.tls.TlsOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server in a reactor of its own on a real port, and clients that speak in octets. */
final class LiveServer implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final ServerEndpoint ANY = TcpServerEndpoint.port(0).on("127.0.0.1");

  final Reactor reactor = Reactor.create();
  final int port;
  private final List<ReactorEvent> failures = new CopyOnWriteArrayList<>();

  private LiveServer(ServerEndpoint endpoint, HttpServer server) throws Exception {
    reactor.start();
    port =
        reactor.blockingCall(
            () -> {
              reactor.observe(event -> {
                if (event.isFailure()) {
                  failures.add(event);
                }
              });
              return reactor.listen(endpoint, server).thenApply(listener -> listener.port());
            },
            LONGEST);
  }

  static LiveServer of(HttpHandler handler) throws Exception {
    return of(HttpServer.of(handler));
  }

  static LiveServer of(HttpServer server) throws Exception {
    return new LiveServer(ANY, server);
  }

  /** One that speaks TLS. */
  static LiveServer of(HttpHandler handler, TlsOptions options) throws Exception {
    return new LiveServer(TlsServerEndpoint.over(ANY, options), HttpServer.of(handler));
  }

  Client connect() throws IOException {
    return new Client(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** Sends all of this on a connection of its own, and returns all that comes back to its end. */
  String exchange(String octets) throws IOException {
    try (Client client = connect()) {
      client.send(octets);
      return client.rest();
    }
  }

  /** What was reported as a failure so far; they are not reported again. */
  List<ReactorEvent> failures() {
    var taken = List.copyOf(failures);
    failures.clear();
    return taken;
  }

  @Override
  public void close() throws Exception {
    reactor.stop();
    reactor.awaitStopped(LONGEST);
    if (!failures.isEmpty()) {
      throw new AssertionError("unexpected: " + failures);
    }
  }

  /** One connection. */
  static final class Client implements AutoCloseable {
    private final Socket socket;

    Client(Socket socket) throws IOException {
      this.socket = socket;
      socket.setSoTimeout((int) LONGEST.toMillis());
    }

    void send(String octets) throws IOException {
      socket.getOutputStream().write(octets.getBytes(ISO_8859_1));
    }

    /** Ends the sending. */
    void end() throws IOException {
      socket.shutdownOutput();
    }

    /** So many octets. */
    String read(int count) throws IOException {
      return new String(socket.getInputStream().readNBytes(count), ISO_8859_1);
    }

    /** All octets up to the first occurrence of this, and that. */
    String readThrough(String end) throws IOException {
      var read = new ByteArrayOutputStream();
      while (!read.toString(ISO_8859_1).endsWith(end)) {
        int octet = socket.getInputStream().read();
        if (octet < 0) {
          throw new AssertionError("the end came after: " + read.toString(ISO_8859_1));
        }
        read.write(octet);
      }
      return read.toString(ISO_8859_1);
    }

    /** A head; its Date and Server are taken away, as no test needs them. */
    String head() throws IOException {
      return plain(readThrough("\r\n\r\n"));
    }

    /** All octets to the end. */
    String rest() throws IOException {
      return plain(new String(socket.getInputStream().readAllBytes(), ISO_8859_1));
    }

    private static String plain(String octets) {
      return octets
          .replace("Server: Tendril\r\n", "")
          .replaceAll("Date: [A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} [0-9:]{8} GMT\r\n", "");
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
