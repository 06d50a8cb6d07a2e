package io.tendril.core.multicast;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a datagram socket begins with of {@link Multicast}.
 *
 * @param groups the memberships. A socket with any, on a port that is named, shares the port with
 *     others that have some: each of them hears its groups
 * @param timeToLive 0 to 255, see {@link Multicast#timeToLive(int)}; 1 by default
 * @param loopback see {@link Multicast#loopback(boolean)}; true by default
 * @param outgoing see {@link Multicast#outgoing(String)}; null, the default, for the system's
 *     choice
 */
public record MulticastOptions(
    List<Group> groups, int timeToLive, boolean loopback, @Nullable String outgoing) {
  private static final MulticastOptions DEFAULTS = new MulticastOptions(List.of(), 1, true, null);

  /** Checks that no membership is there twice, and the number. */
  public MulticastOptions {
    groups = List.copyOf(groups);
    checkTimeToLive(timeToLive);
    for (int i = 0; i < groups.size(); i++) {
      checkNew(groups.get(i), groups.subList(0, i));
    }
  }

  /** No groups, and what the system has for the rest. */
  public static MulticastOptions defaults() {
    return DEFAULTS;
  }

  /** With one more membership. */
  public MulticastOptions joining(Group group) {
    List<Group> more = new ArrayList<>(groups);
    more.add(group);
    return new MulticastOptions(more, timeToLive, loopback, outgoing);
  }

  /** With another time to live. */
  public MulticastOptions withTimeToLive(int hops) {
    return new MulticastOptions(groups, hops, loopback, outgoing);
  }

  /** With or without members on this machine. */
  public MulticastOptions withLoopback(boolean on) {
    return new MulticastOptions(groups, timeToLive, on, outgoing);
  }

  /** With an interface to send by. */
  public MulticastOptions withOutgoing(String name) {
    return new MulticastOptions(groups, timeToLive, loopback, name);
  }

  /**
   * Checks a time to live.
   *
   * @throws IllegalArgumentException unless it is one from 0 to 255
   */
  public static void checkTimeToLive(int hops) {
    if (hops < 0 || hops > 255) {
      throw new IllegalArgumentException("a time to live of " + hops + "; it is 0 to 255");
    }
  }

  /**
   * Checks that a membership goes with others.
   *
   * @throws MulticastFailed.AlreadyMember if it is one of them, or of a part of one, or the whole
   */
  public static void checkNew(Group group, List<Group> others) {
    for (Group other : others) {
      if (other.overlaps(group)) {
        throw new MulticastFailed.AlreadyMember(group);
      }
    }
  }
}
