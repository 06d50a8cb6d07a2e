package io.tendril.testing;

import io.tendril.core.multicast.Group;
import io.tendril.core.multicast.MulticastFailed;
import io.tendril.core.multicast.MulticastOptions;
import io.tendril.spi.DatagramGroups;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The groups of a socket in memory. All hosts are on one local network: what is sent to a group
 * reaches each host with a member, over the link to it, and the members on the sender's own host.
 *
 * <p>A host has two interfaces: "eth0", with its addresses, and "lo", with those of loopback, on
 * which everything stays at the host.
 */
final class MemoryGroups implements DatagramGroups {
  private record Membership(Group group, boolean onLoopback) {}

  private final MemoryHost host;
  private final List<Membership> memberships = new ArrayList<>();
  private int timeToLive = MulticastOptions.defaults().timeToLive();
  private boolean loopback = MulticastOptions.defaults().loopback();
  private boolean outgoingLoopback;

  /**
   * Those of a socket.
   *
   * @param local the address that it is bound to: if it is one of loopback, so is the interface
   *     that it sends by, unless it is told another
   */
  MemoryGroups(MemoryHost host, InetAddress local) {
    this.host = host;
    this.outgoingLoopback = local.isLoopbackAddress();
  }

  @Override
  public void join(Group group) {
    boolean onLoopback = isLoopback(group.on());
    for (Membership each : memberships) {
      if (each.onLoopback == onLoopback
          && each.group.address().equals(group.address())
          && Objects.equals(each.group.source(), group.source())) {
        throw new MulticastFailed.AlreadyMember(group);
      }
    }
    memberships.add(new Membership(group, onLoopback));
  }

  @Override
  public void leave(Group group) {
    memberships.removeIf(each -> each.group.equals(group));
  }

  @Override
  public void timeToLive(int hops) {
    timeToLive = hops;
  }

  @Override
  public void loopback(boolean on) {
    loopback = on;
  }

  @Override
  public void outgoing(String name) {
    outgoingLoopback = isLoopback(name);
  }

  private boolean isLoopback(@Nullable String name) {
    if (name == null || name.equals("eth0")) {
      return false;
    }
    InetAddress address = name.equals("lo") ? MemoryHost.LOOPBACK : addressOf(name);
    if (!host.has(address) || address.isAnyLocalAddress()) {
      throw new MulticastFailed.UnknownInterface(name);
    }
    return address.isLoopbackAddress();
  }

  private static InetAddress addressOf(String name) {
    try {
      return MemoryHost.literal(name);
    } catch (IllegalArgumentException e) {
      throw new MulticastFailed.UnknownInterface(name);
    }
  }

  // ---- Sending --------------------------------------------------------------------------------

  /** The hosts that something for a group is carried to. */
  List<MemoryHost> reached(InetAddress group) {
    List<MemoryHost> reached = new ArrayList<>();
    for (MemoryHost each : host.network().hosts()) {
      boolean here = each == host;
      boolean carried = here ? loopback || outgoingLoopback : timeToLive > 0 && !outgoingLoopback;
      if (carried && each.hasMember(group, outgoingLoopback)) {
        reached.add(each);
      }
    }
    return reached;
  }

  /** The sender's address. */
  InetAddress source(InetAddress group) {
    return outgoingLoopback
        ? (group instanceof Inet4Address ? MemoryHost.LOOPBACK : MemoryHost.LOOPBACK_6)
        : host.addressTowards(group);
  }

  /** Whether what this socket sends to groups stays at its host. */
  boolean sendsOnLoopback() {
    return outgoingLoopback;
  }

  // ---- Receiving ------------------------------------------------------------------------------

  boolean isMember(InetAddress group, boolean onLoopback) {
    return memberships.stream()
        .anyMatch(each -> each.onLoopback == onLoopback && each.group.address().equals(group));
  }

  boolean includes(InetAddress group, InetAddress from, boolean onLoopback) {
    return memberships.stream()
        .anyMatch(each ->
            each.onLoopback == onLoopback
                && each.group.address().equals(group)
                && (each.group.source() == null || from.equals(each.group.source())));
  }
}
