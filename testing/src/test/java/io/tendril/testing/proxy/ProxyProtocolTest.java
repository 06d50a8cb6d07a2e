package io.tendril.testing.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.Refusal;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.Endpoints;
import io.tendril.core.proxy.Proxied;
import io.tendril.core.proxy.ProxyProtocol;
import io.tendril.testing.RecordingTransport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contract F7 for PROXY headers: they replace the peer, and the socket's own is kept. */
class ProxyProtocolTest {
  private static final String HEADER = "PROXY TCP4 192.0.2.1 198.51.100.2 54321 443\r\n";

  private final List<String> heard = new ArrayList<>();
  private final RecordingTransport recorded = new RecordingTransport();

  /** Says who it believes to be there, and goes on as another when it is told to. */
  private final class Named implements Protocol {
    private final Transport transport;

    Named(Transport transport) {
      this.transport = transport;
      heard.add("built for " + transport.peer());
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      String text = StandardCharsets.UTF_8.decode(data).toString();
      heard.add(text);
      if (text.equals("change")) {
        transport.become(Named::new);
      }
    }

    @Override
    public void drain(Transport draining) {
      heard.add("drain of " + draining.peer());
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      heard.add("lost");
    }
  }

  private static InetSocketAddress address(String host, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(host), port);
  }

  private Protocol connected(ProxyProtocol policy, String from) {
    return recorded.withPeer(address(from, 1234)).connect(policy.wrap(Named::new));
  }

  @Test
  void theHeaderNamesThePeerAndTheSocketsOwnIsKept() {
    connected(ProxyProtocol.fromHere(), "127.0.0.1");
    assertThat(heard).isEmpty();
    recorded.deliver(HEADER + "hello");
    assertThat(heard).containsExactly("built for /192.0.2.1:54321", "hello");
  }

  @Test
  void whatIsBuiltLaterSeesItToo() {
    connected(ProxyProtocol.fromHere(), "127.0.0.1");
    recorded.deliver(HEADER + "change");
    recorded.deliver("again");
    assertThat(heard)
        .containsExactly(
            "built for /192.0.2.1:54321", "change", "built for /192.0.2.1:54321", "again");
  }

  @Test
  void theProxyCanBeAskedFor() {
    recorded.withPeer(address("127.0.0.1", 1234)).withLocal(address("127.0.0.1", 80));
    List<Transport> transports = new ArrayList<>();
    recorded.connect(
        ProxyProtocol.fromHere()
            .wrap(transport -> {
              transports.add(transport);
              return new Named(transport);
            }));
    recorded.deliver(HEADER);
    Transport transport = transports.getFirst();
    assertThat(transport.has(Proxied.class)).isTrue();
    Proxied proxied = transport.query(Proxied.class);
    assertThat(proxied.proxy()).isEqualTo(address("127.0.0.1", 1234));
    assertThat(proxied.local()).isEqualTo(address("127.0.0.1", 80));
    assertThat(proxied.header().version()).isEqualTo(1);
    assertThat(transport.local()).isEqualTo(address("198.51.100.2", 443));
  }

  @Test
  void aHeaderOfNobodyLeavesTheSocketsOwn() {
    connected(ProxyProtocol.fromHere(), "127.0.0.1");
    recorded.deliver("PROXY UNKNOWN\r\n");
    assertThat(heard).containsExactly("built for /127.0.0.1:1234");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.1.2.3", "192.0.2.7", "2001:db8:1::1"})
  void trustedProxiesAreBelieved(String proxy) {
    connected(ProxyProtocol.from("10.0.0.0/8", "192.0.2.7", "2001:db8::/32"), proxy);
    recorded.deliver(HEADER);
    assertThat(heard).containsExactly("built for /192.0.2.1:54321");
  }

  @ParameterizedTest
  @ValueSource(strings = {"11.0.0.1", "192.0.2.8", "2001:db9::1", "127.0.0.1"})
  void othersAreRefused(String peer) {
    var policy = ProxyProtocol.from("10.0.0.0/8", "192.0.2.7", "2001:db8::/32");
    recorded
        .withPeer(address(peer, 1234))
        .connect(transport -> {
          assertThatThrownBy(() -> policy.wrap(Named::new).build(transport))
              .isInstanceOf(Refusal.class)
              .hasMessage("PROXY headers are taken from trusted proxies only");
          return Protocol.onData((_, _) -> {}).build(transport);
        });
    assertThat(heard).isEmpty();
  }

  @Test
  void aConnectionWithoutAHeaderIsClosed() {
    connected(ProxyProtocol.fromHere(), "127.0.0.1");
    recorded.deliver("GET / HTTP/1.1\r\n");
    assertThat(recorded.isClosing()).isTrue();
    recorded.end();
    recorded.clock().advance(Duration.ofSeconds(5));
    assertThat(recorded.reason())
        .isInstanceOf(ConnectionClosed.Violation.class)
        .hasMessageContaining("no PROXY header comes first");
    assertThat(heard).isEmpty();
  }

  @Test
  void aHeaderThatDoesNotComeInTimeClosesIt() {
    connected(ProxyProtocol.fromHere().within(Duration.ofSeconds(3)), "127.0.0.1");
    recorded.deliver("PROXY TCP4");
    recorded.clock().advance(Duration.ofMillis(2_999));
    assertThat(recorded.isClosing()).isFalse();
    recorded.clock().advance(Duration.ofMillis(1));
    assertThat(recorded.isClosing()).isTrue();
  }

  @Test
  void theTimeIsOverWithTheHeader() {
    connected(ProxyProtocol.fromHere(), "127.0.0.1");
    recorded.deliver(HEADER);
    recorded.clock().advance(Duration.ofMinutes(1));
    assertThat(recorded.isClosing()).isFalse();
  }

  @Test
  void aDrainComesThrough() {
    Protocol outer = connected(ProxyProtocol.fromHere(), "127.0.0.1");
    assertThat(outer).isNotInstanceOf(Named.class);
    recorded.deliver(HEADER);
    recorded.reactor().stop();
    recorded.clock().advance(Duration.ofSeconds(1));
    assertThat(heard).contains("drain of /192.0.2.1:54321");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/-1", "::1/129", "a.b/8"})
  void refusesWhatIsNoRange(String range) {
    assertThatThrownBy(() -> ProxyProtocol.from(range))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + range + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "haproxy:tcp:80",
        "haproxy:tcp:80:interface=127.0.0.1",
        "haproxy:from=[10.0.0.0/8,0:0:0:0:0:0:0:1/128]:tcp:80",
        "haproxy:header-time=2.5:tcp:80",
        "haproxy:limit=216:tcp:80",
        "haproxy:from=[10.0.0.0/8]:header-time=2.5:limit=65535:tcp:80",
      })
  void theStringIsTheObjects(String text) {
    assertThat(Endpoints.server(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy:from=10.0.0.1/8:tcp:80", "haproxy:from=:tcp:80"})
  void refusesStringsThatAreNone(String text) {
    assertThatThrownBy(() -> Endpoints.server(text)).hasMessageContaining("haproxy:[from=");
  }
}
