package io.tendril.core.multicast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a datagram socket has to do with groups: of which it is a member, and how it sends to them.
 * Who only sends to a group need not be a member of it.
 *
 * <p>A socket hears a group if it listens on the group's port and on all addresses. Used in the
 * reactor's thread; once the socket is closed, changes throw {@link IllegalStateException}.
 */
public interface Multicast {
  /**
   * Becomes a member: from here on, what is sent to the group is received. Ends by itself with the
   * socket.
   *
   * @throws MulticastFailed.AlreadyMember if it is one already
   * @throws MulticastFailed.UnknownInterface if this machine does not have the interface
   * @throws MulticastFailed.Refused if the system says no: too many memberships (Linux allows a
   *     socket 20 of IPv4 unless net.ipv4.igmp_max_memberships says otherwise), or none at all
   */
  void join(Group group);

  /**
   * Ends a membership.
   *
   * @param group as it was joined, with the same words for the interface
   * @throws MulticastFailed.NotMember if it is not a member
   */
  void leave(Group group);

  /** The memberships, in the order in which they began. Empty once the socket is closed. */
  List<Group> groups();

  /**
   * How far what is sent to groups goes: the most routers that hand it on, and one. 1, the default,
   * for the local network, 0 for this machine only.
   *
   * @param hops 0 to 255: the time to live of IPv4, the hop limit of IPv6
   * @throws IllegalArgumentException if it is another number
   */
  void timeToLive(int hops);

  /** See {@link #timeToLive(int)}. */
  int timeToLive();

  /**
   * Whether members on this machine hear what is sent, the socket itself among them if it is one;
   * true by default. On the loopback interface they do in any case.
   */
  void loopback(boolean on);

  /** See {@link #loopback(boolean)}. */
  boolean loopback();

  /**
   * Sends to groups by an interface, given by its name or by one of its addresses; by default the
   * system chooses by its routes.
   *
   * @throws MulticastFailed.UnknownInterface if this machine does not have it
   * @throws MulticastFailed.Refused if the system says no
   */
  void outgoing(String name);

  /** What was asked for by {@link #outgoing(String)}; null for nothing. */
  @Nullable String outgoing();
}
