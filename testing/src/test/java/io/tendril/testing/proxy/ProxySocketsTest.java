package io.tendril.testing.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code haproxy:} over the kernel's sockets, where headers end before their end. */
class ProxySocketsTest {
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final String HEADER = "PROXY TCP4 192.0.2.1 198.51.100.2 54321 443\r\n";

  /** The fixed part of version 2, for a block of 12 octets of which some are missing. */
  private static final String BLOCK = "\r\n\r\n\0\r\nQUIT\n\u0021\u0011\0\u000c";

  private final List<ReactorEvent> failures = new CopyOnWriteArrayList<>();
  private final List<String> ended = new CopyOnWriteArrayList<>();
  private final AtomicInteger built = new AtomicInteger();
  private Reactor reactor;

  private final ProtocolFactory<Protocol> echo =
      transport -> {
        built.incrementAndGet();
        return Protocol.onData((_, data) -> transport.write(data)).build(transport);
      };

  @BeforeEach
  void open() throws IOException {
    try (var first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      new Socket(first.getInetAddress(), first.getLocalPort()).close(); // the JDK keeps one then
    }
    reactor = Reactor.create(ReactorOptions.defaults().withShutdownDeadline(LONGEST)).start();
    reactor.observe(event -> {
      if (event.isFailure()) {
        failures.add(event);
      } else if (event instanceof ReactorEvent.ConnectionEnded end) {
        ended.add(end.reason().getClass().getSimpleName());
      }
    });
  }

  @AfterEach
  void close() throws Exception {
    reactor.stop();
    reactor.awaitStopped(LONGEST);
    assertThat(failures).isEmpty();
  }

  private int listen() throws Exception {
    return reactor.blockingCall(
        () -> reactor.listen("haproxy:tcp:0:interface=127.0.0.1", echo).thenApply(Listener::port),
        LONGEST);
  }

  private static Socket connect(int port, String words) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) LONGEST.toMillis());
    socket.getOutputStream().write(words.getBytes(US_ASCII));
    return socket;
  }

  private int connections() throws Exception {
    return reactor.blockingCall(() -> Deferred.succeeded(reactor.stats().connections()), LONGEST);
  }

  private void untilNoneIsLeft() throws Exception {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (connections() > 0) {
      assertThat(System.nanoTime()).isLessThan(end);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "P", "PROXY ", "PROXY TCP4 192.0.2.1 198.51", "\r\n\r\n\0", BLOCK})
  void theEndOfInputInsideOfAHeader(String words) throws Exception {
    int port = listen();
    try (Socket client = connect(port, words)) {
      client.shutdownOutput();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
    untilNoneIsLeft();
    assertThat(built).hasValue(0);
    assertThat(ended).containsExactly("Done");
    assertNextOneIsServed(port);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PROXY TCP4 192.0.2.1 198.51", BLOCK})
  void aResetInsideOfAHeader(String words) throws Exception {
    int port = listen();
    try (Socket client = connect(port, words)) {
      client.setSoLinger(true, 0);
    }
    long end = System.nanoTime() + LONGEST.toNanos();
    while (ended.isEmpty()) {
      assertThat(System.nanoTime()).isLessThan(end);
      assertThat(connections()).isLessThan(2);
    }
    assertThat(built).hasValue(0);
    assertThat(ended).containsExactly("Lost");
    assertNextOneIsServed(port);
  }

  private void assertNextOneIsServed(int port) throws IOException {
    try (Socket client = connect(port, HEADER + "hello")) {
      client.shutdownOutput();
      assertThat(client.getInputStream().readAllBytes()).isEqualTo("hello".getBytes(US_ASCII));
    }
    assertThat(built).hasValue(1);
  }
}
