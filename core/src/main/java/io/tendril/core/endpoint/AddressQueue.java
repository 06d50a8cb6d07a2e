package io.tendril.core.endpoint;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Addresses that wait to be tried: in the order they were found, but the two families in turn, and
 * IPv6 first.
 */
final class AddressQueue {
  private final List<InetAddress> waiting = new ArrayList<>();
  private final Set<InetAddress> seen = new HashSet<>();
  private @Nullable InetAddress last;

  /** Takes an address in, once. */
  void add(InetAddress address) {
    if (seen.add(address)) {
      waiting.add(address);
    }
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** The next: of the other family than the last one, if possible. There must be one. */
  InetAddress take() {
    boolean turnOfIpv6 = !(last instanceof Inet6Address);
    InetAddress next =
        waiting.stream()
            .filter(address -> (address instanceof Inet6Address) == turnOfIpv6)
            .findFirst()
            .orElse(waiting.getFirst());
    waiting.remove(next);
    last = next;
    return next;
  }
}
