package io.tendril.examples;

import module io.tendril;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds the others on the local network: each tells a group its name every second, and takes those
 * for present that it has heard in the last three.
 *
 * <pre>{@code
 * tendril run Neighbours.java udp:4711:group=239.255.71.7 alice
 * }</pre>
 */
public final class Neighbours implements DatagramProtocol {
  private static final Duration EACH = Duration.ofSeconds(1);
  private static final Duration PRESENT = Duration.ofSeconds(3);

  /** Who sends more names than that is not one of us. */
  private static final int MOST = 1_000;

  private static final int LONGEST = 100;

  private final DatagramTransport transport;
  private final ByteBuffer name;
  private final TreeMap<String, Long> heard = new TreeMap<>();

  Neighbours(DatagramTransport transport, String name) {
    this.transport = transport;
    this.name = StandardCharsets.UTF_8.encode(name);
  }

  static void main(String[] arguments) throws Exception {
    String endpoint = arguments[0];
    String name = arguments[1];
    Reactor.run(reactor ->
        reactor
            .bindDatagram(endpoint, transport -> new Neighbours(transport, name))
            .thenAccept(mine -> mine.tell(reactor)));
  }

  private void tell(Reactor reactor) {
    IO.println(present());
    var _ = reactor.callLater(PRESENT, () -> tell(reactor));
  }

  /** The names that were heard of late, in order. */
  Set<String> present() {
    long oldest = transport.reactor().clock().nanoTime() - PRESENT.toNanos();
    heard.values().removeIf(time -> time < oldest);
    return heard.keySet();
  }

  @Override
  public void transportOpened() {
    announce();
  }

  private void announce() {
    int port = transport.local().getPort();
    for (var group : transport.multicast().groups()) {
      transport.send(name.duplicate(), new InetSocketAddress(group.address(), port));
    }
    var _ = transport.callLater(EACH, this::announce);
  }

  @Override
  public void datagramReceived(ByteBuffer data, InetSocketAddress from) {
    if (data.remaining() <= LONGEST && heard.size() < MOST) {
      heard.put(
          StandardCharsets.UTF_8.decode(data) + " at " + from.getAddress().getHostAddress(),
          transport.reactor().clock().nanoTime());
    }
  }
}
