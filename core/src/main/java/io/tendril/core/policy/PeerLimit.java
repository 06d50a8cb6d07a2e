package io.tendril.core.policy;

import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Transport;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds how many connections one peer has open at once; more are refused, and counted as such.
 * IPv6 peers are told apart by their first 64 bits only, because a host usually has all addresses
 * behind those. Peers without an internet address are not limited.
 *
 * <pre>{@code
 * reactor.listen("tcp:8080", PeerLimit.of(20).wrap(factory));
 * }</pre>
 *
 * <p>What is wrapped is used by one reactor.
 *
 * @param most how many
 * @param ipv6Bits how much of an IPv6 address tells peers apart, 1 to 128; 64 by default
 */
public record PeerLimit(int most, int ipv6Bits) {

  /** Checks the limit. */
  public PeerLimit {
    if (most < 1 || ipv6Bits < 1 || ipv6Bits > 128) {
      throw new IllegalArgumentException(
          "a limit of " + most + " connections for each /" + ipv6Bits);
    }
  }

  /** A limit of connections for each address. */
  public static PeerLimit of(int most) {
    return new PeerLimit(most, 64);
  }

  /** With more or less of an IPv6 address to tell peers apart. */
  public PeerLimit withIpv6Bits(int newBits) {
    return new PeerLimit(most, newBits);
  }

  /** Puts the limit on the connections of a factory. */
  public <P extends Protocol> ProtocolFactory<P> wrap(ProtocolFactory<P> factory) {
    return new PeerFactory<>(factory, this);
  }

  /** What tells peers apart: an address, or the beginning of one. */
  private ByteBuffer network(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet6Address) {
      int whole = ipv6Bits / 8;
      Arrays.fill(bytes, Math.min(16, whole + 1), 16, (byte) 0);
      if (whole < 16) {
        bytes[whole] &= (byte) (0xff00 >> (ipv6Bits % 8));
      }
    }
    return ByteBuffer.wrap(bytes);
  }

  private static final class PeerFactory<P extends Protocol> extends ForwardingFactory<P, P> {
    private final PeerLimit policy;
    private final Map<ByteBuffer, OpenConnections> peers = new HashMap<>();

    PeerFactory(ProtocolFactory<P> factory, PeerLimit policy) {
      super(factory);
      this.policy = policy;
    }

    @Override
    public P build(Transport transport) throws Exception {
      SocketAddress peer = transport.peer();
      if (!(peer instanceof InetSocketAddress inet) || inet.getAddress() == null) {
        return inner().build(transport);
      }
      String whose = " of " + inet.getAddress().getHostAddress();
      return connections(policy.network(inet.getAddress())).build(inner(), transport, whose);
    }

    private OpenConnections connections(ByteBuffer network) {
      return peers.computeIfAbsent(
          network,
          key ->
              new OpenConnections(policy.most) {
                @Override
                void changed() {
                  if (isEmpty()) {
                    peers.remove(key); // as many as there are peers, not as there have been
                  }
                }
              });
    }
  }
}
