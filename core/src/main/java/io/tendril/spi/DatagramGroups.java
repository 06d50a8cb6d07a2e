package io.tendril.spi;

import io.tendril.core.multicast.Group;
import io.tendril.core.multicast.MulticastFailed;
import java.io.IOException;

/**
 * What a datagram socket can do with groups, for {@link io.tendril.core.multicast.Multicast}, which
 * checks before it calls and remembers. Used in the reactor's thread.
 *
 * <p>An interface is given by its name or by one of its addresses. One that is not there is a
 * {@link MulticastFailed.UnknownInterface}, a membership that the socket has already under other
 * words a {@link MulticastFailed.AlreadyMember}; an {@code IOException} is a refusal.
 */
public interface DatagramGroups {
  /** Begins a membership, which ends with the socket. */
  void join(Group group) throws IOException;

  /**
   * Ends a membership. One that the system has ended already, with its interface, is no failure.
   */
  void leave(Group group) throws IOException;

  /** Sets the time to live and the hop limit, 0 to 255, of what is sent to groups. */
  void timeToLive(int hops) throws IOException;

  /** Sets whether members on this machine hear what is sent to groups. */
  void loopback(boolean on) throws IOException;

  /** Sets the interface to send to groups by. */
  void outgoing(String name) throws IOException;
}
