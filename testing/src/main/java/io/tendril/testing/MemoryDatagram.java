package io.tendril.testing;

import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.NotYetConnectedException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A datagram socket in memory. What arrives while its buffer is full is dropped. */
final class MemoryDatagram extends MemorySocket implements Engine.DatagramSocket {
  /** The most that a datagram can carry over IPv4 (RFC 768, RFC 791). */
  static final int LONGEST = 65_507;

  private static final int RECEIVE_BUFFER = 212_992;

  private record Packet(ByteBuffer bytes, InetSocketAddress from) {
    int length() {
      return bytes.capacity();
    }
  }

  private final InetSocketAddress local;
  private final @Nullable InetSocketAddress peer;
  private final SocketSettings options;
  private final int limit;
  private final MemoryGroups groups;
  private final Deque<Packet> queue = new ArrayDeque<>();
  private int queuedBytes;
  private boolean refused;
  private boolean full;

  MemoryDatagram(
      MemoryEngine engine,
      @Nullable InetSocketAddress wanted,
      @Nullable InetSocketAddress peer,
      SocketSettings options,
      Engine.Ready ready)
      throws IOException {
    super(engine, ready);
    this.options = options;
    this.limit = options.receiveBuffer() > 0 ? options.receiveBuffer() : RECEIVE_BUFFER;
    this.peer = peer == null ? null : MemoryHost.resolved(peer);
    MemoryHost host = engine.host();
    if (this.peer != null) {
      this.local = host.datagramPorts().bindClient(wanted, this.peer.getAddress());
    } else {
      InetSocketAddress any = new InetSocketAddress(MemoryHost.ANY, 0);
      this.local =
          host.datagramPorts()
              .bind(
                  wanted == null ? any : MemoryHost.resolved(wanted),
                  options.reusePort() || options.sharesPortOfGroups(wanted));
    }
    this.groups = new MemoryGroups(host, local.getAddress());
    host.datagrams().add(this);
  }

  // ---- Sending --------------------------------------------------------------------------------

  @Override
  public boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException {
    checkOpen();
    throwRefused();
    InetSocketAddress target = to != null ? MemoryHost.resolved(to) : peer;
    if (target == null) {
      throw new NotYetConnectedException();
    }
    if (data.remaining() > LONGEST) {
      throw failure("Message too long");
    }
    MemoryNetwork network = engine.host().network();
    if (full || network.sometimes(engine.host().random())) {
      fillUp();
      return false;
    }
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    InetAddress address = target.getAddress();
    if (address.isMulticastAddress()) {
      groups.reached(address).forEach(host -> carry(bytes, target, host));
    } else if (MemoryNetwork.isBroadcast(address)) {
      if (!options.broadcast()) {
        throw new SocketException("Permission denied");
      }
      network.hosts().forEach(host -> carry(bytes, target, host));
    } else {
      MemoryHost host = network.hostOf(address, engine.host());
      if (host != null) {
        carry(bytes, target, host);
      }
    }
    return true;
  }

  /** The send buffer is full for a moment. */
  private void fillUp() {
    full = true;
    engine
        .host()
        .network()
        .clock()
        .after(
            0,
            () -> {
              full = false;
              changed();
            });
  }

  private void carry(byte[] bytes, InetSocketAddress target, MemoryHost host) {
    MemoryHost here = engine.host();
    InetSocketAddress sender =
        local.getAddress().isAnyLocalAddress()
            ? new InetSocketAddress(sourceFor(target.getAddress()), local.getPort())
            : local;
    MemoryLink link = here.network().link(here, host);
    int who = here.end(local.getPort());
    int whom = host.end(target.getPort());
    here.network().timeline().addBytes(Timeline.Event.DATAGRAM_SENT, who, whom, bytes);
    link.carryDatagram(
        new Parcel(link, here, host, who, whom, bytes.length) {
          @Override
          void arrive() {
            if (target.getAddress().isMulticastAddress()) {
              for (MemoryDatagram member : host.datagrams()) {
                if (member.hears(target, sender, groups.sendsOnLoopback())) {
                  arriveAt(member);
                }
              }
              return;
            }
            MemoryDatagram receiver = host.datagramFor(target, sender);
            if (receiver != null) {
              arriveAt(receiver);
            } else if (!MemoryNetwork.isBroadcast(target.getAddress())) {
              link.carryOnce(unreachable(link, host, whom, who, target));
            }
          }

          private void arriveAt(MemoryDatagram receiver) {
            here.network().timeline().addBytes(Timeline.Event.DATAGRAM_ARRIVED, whom, who, bytes);
            receiver.arrive(new Packet(ByteBuffer.wrap(bytes), sender));
          }
        });
  }

  private InetAddress sourceFor(InetAddress target) {
    return target.isMulticastAddress()
        ? groups.source(target)
        : engine.host().addressTowards(target);
  }

  private Parcel unreachable(
      MemoryLink link, MemoryHost host, int who, int whom, InetSocketAddress target) {
    return new Parcel(link, host, engine.host(), who, whom, /* size= */ 56) {
      @Override
      void arrive() {
        portUnreachable(target);
      }
    };
  }

  /** An ICMP message about a datagram of this socket: connected ones hear of it. */
  private void portUnreachable(InetSocketAddress target) {
    if (target.equals(peer)) {
      refused = true;
      changed();
    }
  }

  private void throwRefused() throws PortUnreachableException {
    if (refused) {
      refused = false;
      throw new PortUnreachableException();
    }
  }

  // ---- Receiving ------------------------------------------------------------------------------

  @Override
  public MemoryGroups groups() {
    return groups;
  }

  /** Whether something that is sent to a group is for this socket. */
  private boolean hears(InetSocketAddress target, InetSocketAddress from, boolean onLoopback) {
    return local.getPort() == target.getPort()
        && (local.getAddress().isAnyLocalAddress()
            || local.getAddress().equals(target.getAddress()))
        && (peer == null || peer.equals(from))
        && groups.includes(target.getAddress(), from.getAddress(), onLoopback);
  }

  /** How well this socket fits a datagram: the closest wins, 0 if it is not for it. */
  int fits(InetSocketAddress target, InetSocketAddress from) {
    if (local.getPort() != target.getPort() || (peer != null && !peer.equals(from))) {
      return 0;
    }
    boolean exact = local.getAddress().equals(target.getAddress());
    boolean any =
        local.getAddress().isAnyLocalAddress() || MemoryNetwork.isBroadcast(target.getAddress());
    if (!exact && !any) {
      return 0;
    }
    return 1 + (exact ? 1 : 0) + (peer != null ? 2 : 0);
  }

  private void arrive(Packet packet) {
    if (queuedBytes + packet.length() > limit) {
      return;
    }
    queue.add(packet);
    queuedBytes += packet.length();
    changed();
  }

  @Override
  public @Nullable InetSocketAddress receive(ByteBuffer into) throws IOException {
    checkOpen();
    throwRefused();
    Packet packet = queue.poll();
    if (packet == null) {
      return null;
    }
    queuedBytes -= packet.length();
    into.put(packet.bytes.limit(Math.min(into.remaining(), packet.length())));
    return packet.from;
  }

  @Override
  boolean readable() {
    return refused || !queue.isEmpty();
  }

  @Override
  boolean writable() {
    return !full;
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  @Override
  public void close() {
    if (release()) {
      MemoryHost host = engine.host();
      host.datagrams().remove(this);
      host.datagramPorts().release(local);
    }
  }
}
