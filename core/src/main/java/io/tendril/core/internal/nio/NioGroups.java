package io.tendril.core.internal.nio;

import io.tendril.core.internal.net.Interfaces;
import io.tendril.core.multicast.Group;
import io.tendril.core.multicast.MulticastFailed;
import io.tendril.spi.DatagramGroups;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.util.HashMap;
import java.util.Map;

/** The groups of a UDP socket. */
final class NioGroups implements DatagramGroups {
  private final DatagramChannel channel;
  private final Map<Group, MembershipKey> keys = new HashMap<>();

  NioGroups(DatagramChannel channel) {
    this.channel = channel;
  }

  @Override
  public void join(Group group) throws IOException {
    NetworkInterface on = on(group);
    InetAddress source = group.source();
    MembershipKey key;
    try {
      key =
          source == null
              ? channel.join(group.address(), on)
              : channel.join(group.address(), on, source);
    } catch (IllegalStateException e) {
      throw new MulticastFailed.AlreadyMember(group); // with all sources, or with some
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      throw new SocketException(e.getMessage(), e);
    }
    if (keys.containsValue(key)) {
      throw new MulticastFailed.AlreadyMember(group); // on an interface that was called otherwise
    }
    keys.put(group, key);
  }

  /** The JDK leaves no choice to the system. */
  private static NetworkInterface on(Group group) throws IOException {
    String named = group.on();
    NetworkInterface on =
        named != null
            ? Interfaces.find(named)
            : Interfaces.any(group.address() instanceof Inet4Address);
    if (on == null) {
      throw new SocketException("no interface is made for groups; name one");
    }
    return on;
  }

  @Override
  public void leave(Group group) throws IOException {
    MembershipKey key = keys.remove(group);
    if (key != null) {
      try {
        key.drop();
      } catch (AssertionError e) {
        // What the JDK throws where the interface is gone, and the membership with it.
        if (!(e.getCause() instanceof IOException)) {
          throw e;
        }
      }
    }
  }

  @Override
  public void timeToLive(int hops) throws IOException {
    channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, hops);
  }

  @Override
  public void loopback(boolean on) throws IOException {
    channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, on);
  }

  @Override
  public void outgoing(String name) throws IOException {
    channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, Interfaces.find(name));
  }
}
