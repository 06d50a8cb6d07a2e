package io.tendril.testing.groups;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorGroup;
import io.tendril.core.Transport;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A service that sends back what it is sent, and knows where it was asked; from any thread. */
final class Visits implements ReactorGroup.PerShard<ProtocolFactory<Protocol>> {
  final Map<Reactor, AtomicInteger> made = new ConcurrentHashMap<>();
  final Set<Protocol> open = ConcurrentHashMap.newKeySet();
  final AtomicInteger started = new AtomicInteger();
  final AtomicInteger stopped = new AtomicInteger();

  @Override
  public ProtocolFactory<Protocol> of(Reactor shard) {
    if (Reactor.current() != shard) {
      throw new AssertionError("made in " + Reactor.current() + " for " + shard);
    }
    made.put(shard, new AtomicInteger());
    return new Factory(shard);
  }

  /** How many connections a shard has got. */
  int of(ReactorGroup group, int shard) {
    return made.get(group.shards().get(shard)).get();
  }

  private final class Factory implements ProtocolFactory<Protocol> {
    private final Reactor shard;

    Factory(Reactor shard) {
      this.shard = shard;
    }

    @Override
    public Protocol build(Transport transport) {
      if (transport.reactor() != shard) {
        throw new AssertionError(transport + " is in another reactor than its factory");
      }
      made.get(shard).incrementAndGet();
      return new Echo(transport);
    }

    @Override
    public void started() {
      started.incrementAndGet();
    }

    @Override
    public void stopped() {
      stopped.incrementAndGet();
    }
  }

  private final class Echo implements Protocol {
    private final Transport transport;

    Echo(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void connectionMade() {
      open.add(this);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      transport.write(data);
    }

    /** Stays until the other side goes. */
    @Override
    public void drain(Transport draining) {}

    @Override
    public void connectionLost(ConnectionClosed reason) {
      open.remove(this);
    }
  }
}
