package io.tendril.testing;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ports of one kind that are taken on a host. */
final class Ports {
  private static final int FIRST_EPHEMERAL = 49_152;
  private static final int LAST = 65_535;

  private record Taken(InetSocketAddress address, boolean shared) {}

  private final MemoryHost host;
  private final List<Taken> taken = new ArrayList<>();
  private int nextEphemeral = FIRST_EPHEMERAL;

  Ports(MemoryHost host) {
    this.host = host;
  }

  /** Takes an address of this host; port 0 stands for any. */
  InetSocketAddress bind(InetSocketAddress wanted, boolean shared) throws BindException {
    if (!host.has(wanted.getAddress())) {
      throw new BindException("Cannot assign requested address");
    }
    InetSocketAddress address = wanted.getPort() != 0 ? wanted : ephemeral(wanted.getAddress());
    if (!isFree(address, shared)) {
      throw new BindException("Address already in use");
    }
    taken.add(new Taken(address, shared));
    return address;
  }

  /** Takes an address to reach a target from, as far as it is not asked for. */
  InetSocketAddress bindClient(@Nullable InetSocketAddress wanted, InetAddress target)
      throws BindException {
    InetAddress address =
        wanted == null || wanted.getAddress().isAnyLocalAddress()
            ? host.addressTowards(target)
            : wanted.getAddress();
    return bind(new InetSocketAddress(address, wanted == null ? 0 : wanted.getPort()), false);
  }

  void release(InetSocketAddress address) {
    for (int i = 0; i < taken.size(); i++) {
      if (taken.get(i).address.equals(address)) {
        taken.remove(i);
        return;
      }
    }
  }

  private InetSocketAddress ephemeral(InetAddress address) throws BindException {
    for (int tries = FIRST_EPHEMERAL; tries <= LAST; tries++) {
      var candidate = new InetSocketAddress(address, nextEphemeral);
      nextEphemeral = nextEphemeral == LAST ? FIRST_EPHEMERAL : nextEphemeral + 1;
      if (isFree(candidate, false)) {
        return candidate;
      }
    }
    throw new BindException("Address already in use");
  }

  private boolean isFree(InetSocketAddress address, boolean shared) {
    for (Taken other : taken) {
      if (other.address.getPort() == address.getPort()
          && overlap(other.address.getAddress(), address.getAddress())
          && !(shared && other.shared)) {
        return false;
      }
    }
    return true;
  }

  private static boolean overlap(InetAddress a, InetAddress b) {
    return a.equals(b) || a.isAnyLocalAddress() || b.isAnyLocalAddress();
  }
}
