package io.tendril.core.endpoint;

import io.tendril.spi.SocketSettings;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** IPv4 and IPv6. */
final class Families {
  private Families() {}

  static boolean same(InetAddress a, InetAddress b) {
    return (a instanceof Inet6Address) == (b instanceof Inet6Address);
  }

  /** Whether a socket with some settings can reach an address. */
  static boolean reaches(SocketSettings settings, InetAddress address) {
    return (!settings.ipv6Only() || address instanceof Inet6Address)
        && reaches(settings.bind(), address);
  }

  /** Whether a socket that is bound there can reach an address. */
  static boolean reaches(@Nullable InetSocketAddress bind, InetAddress address) {
    return bind == null
        || bind.getAddress().isAnyLocalAddress()
        || same(bind.getAddress(), address);
  }
}
