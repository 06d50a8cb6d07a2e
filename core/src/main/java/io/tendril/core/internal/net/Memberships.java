package io.tendril.core.internal.net;

import io.tendril.core.multicast.Group;
import io.tendril.core.multicast.Multicast;
import io.tendril.core.multicast.MulticastFailed;
import io.tendril.core.multicast.MulticastOptions;
import io.tendril.spi.DatagramGroups;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The groups of one socket: checked here, and remembered, whatever the engine. */
final class Memberships implements Multicast {
  private final SocketNetwork network;
  private final List<Group> groups = new ArrayList<>();
  private @Nullable DatagramGroups socket;
  private int timeToLive = MulticastOptions.defaults().timeToLive();
  private boolean loopback = MulticastOptions.defaults().loopback();
  private @Nullable String outgoing;

  /** Those of a socket; of one that is closed for null. */
  Memberships(SocketNetwork network, @Nullable DatagramGroups socket) {
    this.network = network;
    this.socket = socket;
  }

  /** Does what a socket is to begin with. */
  void begin(MulticastOptions options) {
    if (options.timeToLive() != timeToLive) {
      timeToLive(options.timeToLive());
    }
    if (options.loopback() != loopback) {
      loopback(options.loopback());
    }
    if (options.outgoing() != null) {
      outgoing(options.outgoing());
    }
    options.groups().forEach(this::join);
  }

  /** The socket is closed, and the system has ended all memberships with it. */
  void end() {
    socket = null;
    groups.clear();
  }

  private DatagramGroups open() {
    network.reactor.check("this Multicast");
    if (socket == null) {
      throw new IllegalStateException("this datagram socket is closed");
    }
    return socket;
  }

  @Override
  public void join(Group group) {
    DatagramGroups open = open();
    MulticastOptions.checkNew(group, groups);
    try {
      open.join(group);
    } catch (IOException e) {
      throw new MulticastFailed.Refused("to join " + group, e);
    }
    groups.add(group);
  }

  @Override
  public void leave(Group group) {
    DatagramGroups open = open();
    if (!groups.remove(group)) {
      throw new MulticastFailed.NotMember(group);
    }
    try {
      open.leave(group);
    } catch (IOException e) {
      throw new MulticastFailed.Refused("to leave " + group, e);
    }
  }

  @Override
  public List<Group> groups() {
    network.reactor.check("this Multicast");
    return List.copyOf(groups);
  }

  @Override
  public void timeToLive(int hops) {
    DatagramGroups open = open();
    MulticastOptions.checkTimeToLive(hops);
    try {
      open.timeToLive(hops);
    } catch (IOException e) {
      throw new MulticastFailed.Refused("a time to live of " + hops, e);
    }
    timeToLive = hops;
  }

  @Override
  public int timeToLive() {
    return timeToLive;
  }

  @Override
  public void loopback(boolean on) {
    try {
      open().loopback(on);
    } catch (IOException e) {
      throw new MulticastFailed.Refused("to change loopback", e);
    }
    loopback = on;
  }

  @Override
  public boolean loopback() {
    return loopback;
  }

  @Override
  public void outgoing(String name) {
    try {
      open().outgoing(name);
    } catch (IOException e) {
      throw new MulticastFailed.Refused("to send to groups by " + name, e);
    }
    outgoing = name;
  }

  @Override
  public @Nullable String outgoing() {
    return outgoing;
  }
}
