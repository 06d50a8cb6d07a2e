package io.tendril.testing.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.Endpoints;
import io.tendril.core.endpoint.ServerEndpoint;
import io.tendril.core.endpoint.TlsServerEndpoint;
import io.tendril.core.proxy.Proxied;
import io.tendril.core.proxy.ProxyHeader;
import io.tendril.testing.Program;
import io.tendril.testing.tls.Certificates;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Headers as HAProxy and curl send them. */
@Tag("interop")
class ProxyPeersTest {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  @TempDir Path directory;
  private final Reactor reactor = Reactor.create();
  private int port;

  /** Answers any request with what the header has said. */
  private static final ProtocolFactory<Protocol> TELLS =
      Protocol.onData((transport, data) -> {
        data.position(data.limit());
        transport.write("HTTP/1.0 200 OK\r\n\r\n" + told(transport));
        transport.loseConnection();
      });

  private static String told(Transport transport) {
    Proxied proxied = transport.query(Proxied.class);
    ProxyHeader header = proxied.header();
    var peer = (InetSocketAddress) transport.peer();
    ProxyHeader.Value name = header.value(ProxyHeader.AUTHORITY);
    ProxyHeader.Value number = header.value(ProxyHeader.UNIQUE_ID);
    return "version %d, from %s, to %s, own %s, id %s, name %s, sum %s"
        .formatted(
            header.version(),
            peer.getAddress().getHostAddress(),
            header.destination(),
            ((InetSocketAddress) proxied.proxy()).getAddress().getHostAddress(),
            number == null ? "none" : number.text(),
            name == null ? "none" : name.text(),
            header.value(3) == null ? "none" : "right");
  }

  @BeforeEach
  void open() throws Exception {
    reactor.start();
    port = listening(Endpoints.server("haproxy:tcp:0:interface=127.0.0.1"));
  }

  private int listening(ServerEndpoint endpoint) throws Exception {
    return reactor.blockingCall(
        () -> reactor.listen(endpoint, TELLS).thenApply(listener -> listener.port()), LONGEST);
  }

  @AfterEach
  void close() throws Exception {
    reactor.stop();
    reactor.awaitStopped(LONGEST);
  }

  @Test
  void curlSaysWhoItIsItself() throws Exception {
    String told =
        Program.named("curl")
            .run(
                "-sS",
                "--max-time",
                "20",
                "--http0.9",
                "--haproxy-protocol",
                "--interface",
                "127.0.0.9",
                "http://127.0.0.1:" + port)
            .succeeded();
    assertThat(told)
        .startsWith("version 1, from 127.0.0.9, to /127.0.0.1:" + port + ", own 127.0.0.9");
  }

  @Test
  void theHeaderComesBeforeTls() throws Exception {
    var below = Endpoints.server("haproxy:tcp:0:interface=127.0.0.1");
    int secure = listening(TlsServerEndpoint.over(below, Certificates.on("JDK").server()));
    String told =
        Program.named("curl")
            .run(
                "-sS",
                "-k",
                "--max-time",
                "20",
                "--haproxy-protocol",
                "--interface",
                "127.0.0.9",
                "https://127.0.0.1:" + secure)
            .succeeded();
    assertThat(told).startsWith("version 1, from 127.0.0.9, to /127.0.0.1:" + secure);
  }

  @Test
  void haproxyWritesVersion1() throws Exception {
    assertThat(throughHaproxy("send-proxy"))
        .startsWith("version 1, from 127.0.0.9, to /127.0.0.1:")
        .contains("own 127.0.0.1");
  }

  @Test
  void haproxyWritesVersion2WithValues() throws Exception {
    assertThat(throughHaproxy("send-proxy-v2 proxy-v2-options crc32c,unique-id"))
        .startsWith("version 2, from 127.0.0.9, to /127.0.0.1:")
        .endsWith("own 127.0.0.1, id number-1, name none, sum right");
  }

  private String throughHaproxy(String how) throws Exception {
    int front = freePort();
    Path file =
        Files.writeString(
            directory.resolve("haproxy.cfg"),
            """
            defaults
              mode tcp
              timeout connect 20s
              timeout client 20s
              timeout server 20s
            frontend front
              bind 127.0.0.1:FRONT
              unique-id-format number-%[int(1)]
              default_backend back
            backend back
              server tendril 127.0.0.1:BACK HOW
            """
                .replace("FRONT", "" + front)
                .replace("BACK", "" + port)
                .replace("HOW", how));
    try (var haproxy = Program.named("haproxy").start("-db", "-f", "" + file)) {
      haproxy.await("listened", () -> answers(front));
      return Program.named("curl")
          .run("-sS", "--max-time", "20", "--interface", "127.0.0.9", "http://127.0.0.1:" + front)
          .succeeded();
    }
  }

  /** Whether the proxy is there, which is asked by a request of its own. */
  private static boolean answers(int port) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write("?".getBytes(StandardCharsets.US_ASCII));
      return socket.getInputStream().read() >= 0;
    } catch (ConnectException | SocketTimeoutException notYet) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
