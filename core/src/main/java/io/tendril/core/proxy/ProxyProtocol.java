package io.tendril.core.proxy;

import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Refusal;
import io.tendril.core.Transport;
import io.tendril.core.policy.ForwardingFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Has connections begin with a PROXY header, version 1 or 2, and from trusted proxies only: whoever
 * can send one can be anybody. Others are refused, as are connections that begin with something
 * else. The factory is asked when the header is there, and sees the addresses that it names.
 *
 * <pre>{@code
 * reactor.listen("tcp:8080", ProxyProtocol.from("10.0.0.0/8").wrap(factory));
 * reactor.listen("haproxy:from=10.0.0.0/8:tcp:8080", factory);
 * }</pre>
 *
 * <p>A connection over a UNIX socket is trusted: who may connect there, the file system says.
 *
 * @param trusted addresses of proxies, and ranges of such
 * @param time how long the header may take, 5 s by default
 * @param limit the most octets of a header of version 2 behind its fixed part, 4096 by default
 */
public record ProxyProtocol(List<String> trusted, Duration time, int limit) {
  private static final List<String> HERE = List.of("127.0.0.0/8", "::1/128");

  /** Checks the ranges and limits. */
  public ProxyProtocol {
    trusted = trusted.stream().map(Subnet::parse).map(Subnet::toString).toList();
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("a time of " + time);
    }
    var _ = new ProxyHeaderDecoder(limit);
  }

  /** From proxies on this machine. */
  public static ProxyProtocol fromHere() {
    return new ProxyProtocol(HERE, Duration.ofSeconds(5), ProxyHeaderDecoder.DEFAULT_LIMIT);
  }

  /**
   * From proxies with some addresses.
   *
   * @param trusted addresses and ranges: "192.0.2.7", "10.0.0.0/8", "2001:db8::/32"
   * @throws IllegalArgumentException if one of them is none
   */
  public static ProxyProtocol from(String... trusted) {
    return fromHere().withTrusted(List.of(trusted));
  }

  /** From other proxies. */
  public ProxyProtocol withTrusted(List<String> ranges) {
    return new ProxyProtocol(ranges, time, limit);
  }

  /** With more or less time for the header. */
  public ProxyProtocol within(Duration newTime) {
    return new ProxyProtocol(trusted, newTime, limit);
  }

  /** With another limit on its size, 216 to 65535 octets. */
  public ProxyProtocol withLimit(int octets) {
    return new ProxyProtocol(trusted, time, octets);
  }

  /** Whether only proxies on this machine are trusted. */
  public boolean isFromHere() {
    return trusted.equals(fromHere().trusted());
  }

  /** Puts the header in front of the connections of a factory. */
  public ProtocolFactory<Protocol> wrap(ProtocolFactory<?> factory) {
    return new Behind<>(factory, this, trusted.stream().map(Subnet::parse).toList());
  }

  private static final class Behind<P extends Protocol> extends ForwardingFactory<P, Protocol> {
    private final ProxyProtocol policy;
    private final List<Subnet> trusted;

    Behind(ProtocolFactory<P> factory, ProxyProtocol policy, List<Subnet> trusted) {
      super(factory);
      this.policy = policy;
      this.trusted = trusted;
    }

    @Override
    public Protocol build(Transport transport) {
      SocketAddress peer = transport.peer();
      if (peer instanceof InetSocketAddress internet
          && Stream.ofNullable(internet.getAddress())
              .noneMatch(address -> trusted.stream().anyMatch(range -> range.contains(address)))) {
        throw new Refusal("PROXY headers are taken from trusted proxies only");
      }
      return new ProxyGreeting<>(transport, policy, inner());
    }
  }
}
