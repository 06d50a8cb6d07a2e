package io.tendril.core.internal.net;

import io.tendril.core.Deferred;
import io.tendril.core.ProtocolFactory;
import io.tendril.spi.Engine;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A listener that has its one connection from the beginning, and no other ever. */
final class OneConnection implements OpenListener {
  private final SocketNetwork network;
  private final ProtocolFactory<?> factory;
  private final @Nullable String origin;
  private @Nullable SocketAddress address;
  private Engine.@Nullable StreamSocket waiting;
  private boolean paused;

  OneConnection(SocketNetwork network, ProtocolFactory<?> factory) {
    this.network = network;
    this.factory = factory;
    this.origin = network.origin();
  }

  void open(Engine.StreamSocket socket) {
    address = socket.local();
    waiting = socket;
    network.reactor.later(this::accept);
  }

  private void accept() {
    Engine.StreamSocket socket = waiting;
    if (socket != null && !paused) {
      waiting = null;
      network.accepted(socket, factory, origin);
    }
  }

  @Override
  public ProtocolFactory<?> factory() {
    return factory;
  }

  @Override
  public @Nullable String origin() {
    return origin;
  }

  @Override
  public SocketAddress address() {
    if (address == null) {
      throw new IllegalStateException("not open");
    }
    return address;
  }

  @Override
  public void pauseAccepting() {
    network.reactor.check("this Listener");
    paused = true;
  }

  @Override
  public void resumeAccepting() {
    network.reactor.check("this Listener");
    paused = false;
    network.reactor.later(this::accept);
  }

  @Override
  public Deferred<Void> close() {
    network.reactor.check("this Listener");
    if (waiting != null) {
      waiting.close();
      waiting = null;
    }
    network.closed(this, address());
    return Deferred.done();
  }
}
