package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.tendril.core.internal.linux.Kernel.Layout;
import io.tendril.core.internal.net.Interfaces;
import io.tendril.core.multicast.Group;
import io.tendril.core.multicast.MulticastFailed;
import io.tendril.spi.DatagramGroups;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/**
 * The groups of a UDP socket: by the calls that are the same for both families (RFC 3678, section
 * 5). A socket of both families takes each option twice.
 */
final class LinuxGroups implements DatagramGroups {
  private final LinuxSocket socket;
  private final boolean six;

  LinuxGroups(LinuxSocket socket, boolean six) {
    this.socket = socket;
    this.six = six;
  }

  /**
   * Has a new socket hear the groups that it is a member of, and not those of all other sockets.
   */
  static void only(Slab slab, int fd, boolean six) throws IOException {
    LinuxSocket.set(slab, fd, Kernel.IPPROTO_IP, Kernel.IP_MULTICAST_ALL, 0);
    if (six) {
      slab.option.set(JAVA_INT, 0, 0);
      int done =
          Libc.setOption(
              slab.state, fd, Kernel.IPPROTO_IPV6, Kernel.IPV6_MULTICAST_ALL, slab.option, 4);
      if (done != -Kernel.ENOPROTOOPT) { // of kernels before 4.20
        Errno.check(done);
      }
    }
  }

  @Override
  public void join(Group group) throws IOException {
    int done = change(group, index(group), Kernel.MCAST_JOIN_GROUP, Kernel.MCAST_JOIN_SOURCE_GROUP);
    switch (-done) {
      case Kernel.EADDRINUSE -> throw new MulticastFailed.AlreadyMember(group);
      case Kernel.EADDRNOTAVAIL -> {
        if (group.source() != null) {
          throw new MulticastFailed.AlreadyMember(group); // of this source: RFC 3678 says so
        }
        throw Errno.of(done);
      }
      case Kernel.ENODEV -> throw new MulticastFailed.UnknownInterface(String.valueOf(group.on()));
      default -> Errno.check(done);
    }
  }

  @Override
  public void leave(Group group) throws IOException {
    int index;
    try {
      index = index(group);
    } catch (MulticastFailed.UnknownInterface e) {
      return; // gone, and the membership with it
    }
    int done = change(group, index, Kernel.MCAST_LEAVE_GROUP, Kernel.MCAST_LEAVE_SOURCE_GROUP);
    if (done != -Kernel.EADDRNOTAVAIL && done != -Kernel.ENODEV) {
      Errno.check(done);
    }
  }

  private static int index(Group group) throws IOException {
    String on = group.on();
    return on == null ? 0 : Interfaces.find(on).getIndex();
  }

  private int change(Group group, int index, int whole, int ofOne) throws IOException {
    boolean groupIsSix = group.address() instanceof Inet6Address;
    if (groupIsSix && !six) {
      throw new SocketException("a socket of IPv4 cannot be a member of a group of IPv6");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(Layout.GROUP_SOURCE_REQ, 8);
      request.set(JAVA_INT, 0, index);
      put(group.address(), groupIsSix, request, Layout.GROUP_REQ__GR_GROUP);
      InetAddress source = group.source();
      if (source != null) {
        put(source, groupIsSix, request, Layout.GROUP_SOURCE_REQ__GSR_SOURCE);
      }
      return Libc.setOption(
          socket.slab().state,
          socket.fd(),
          groupIsSix ? Kernel.IPPROTO_IPV6 : Kernel.IPPROTO_IP,
          source == null ? whole : ofOne,
          request,
          source == null ? Layout.GROUP_REQ : Layout.GROUP_SOURCE_REQ);
    }
  }

  private static void put(InetAddress address, boolean six, MemorySegment request, int at) {
    Names.write(
        new InetSocketAddress(address, 0), six, request.asSlice(at, Layout.SOCKADDR_STORAGE));
  }

  @Override
  public void timeToLive(int hops) throws IOException {
    set(Kernel.IP_MULTICAST_TTL, Kernel.IPV6_MULTICAST_HOPS, hops);
  }

  @Override
  public void loopback(boolean on) throws IOException {
    set(Kernel.IP_MULTICAST_LOOP, Kernel.IPV6_MULTICAST_LOOP, on ? 1 : 0);
  }

  private void set(int four, int sixth, int value) throws IOException {
    LinuxSocket.set(socket.slab(), socket.fd(), Kernel.IPPROTO_IP, four, value);
    if (six) {
      LinuxSocket.set(socket.slab(), socket.fd(), Kernel.IPPROTO_IPV6, sixth, value);
    }
  }

  @Override
  public void outgoing(String name) throws IOException {
    NetworkInterface by = Interfaces.find(name);
    Slab slab = socket.slab();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment choice = arena.allocate(Layout.IP_MREQN, 4);
      choice.set(JAVA_INT, Layout.IP_MREQN__IMR_IFINDEX, by.getIndex());
      by.inetAddresses()
          .filter(Inet4Address.class::isInstance)
          .findFirst()
          .ifPresent(sender -> putSender(sender, choice));
      Errno.check(
          Libc.setOption(
              slab.state,
              socket.fd(),
              Kernel.IPPROTO_IP,
              Kernel.IP_MULTICAST_IF,
              choice,
              Layout.IP_MREQN));
    }
    if (six) {
      LinuxSocket.set(
          slab, socket.fd(), Kernel.IPPROTO_IPV6, Kernel.IPV6_MULTICAST_IF, by.getIndex());
    }
  }

  /** Whose address is the sender's, of a socket that is bound to none. */
  private static void putSender(InetAddress sender, MemorySegment choice) {
    MemorySegment.copy(sender.getAddress(), 0, choice, JAVA_BYTE, Layout.IP_MREQN__IMR_ADDRESS, 4);
  }
}
