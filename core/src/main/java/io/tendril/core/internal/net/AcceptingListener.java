package io.tendril.core.internal.net;

import io.tendril.core.Deferred;
import io.tendril.core.ProtocolFactory;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A listener whose connections stay in its reactor. */
final class AcceptingListener implements OpenListener {
  private final SocketNetwork network;
  private final ProtocolFactory<?> factory;
  private final SocketSettings settings;
  private final @Nullable String origin;
  private @Nullable Door door;
  private boolean closed;

  AcceptingListener(SocketNetwork network, ProtocolFactory<?> factory, SocketSettings settings) {
    this.network = network;
    this.factory = factory;
    this.settings = settings;
    this.origin = network.origin();
  }

  /** Opens its socket, or goes on with one that is open already. */
  void open(Door.Opening opening) throws IOException {
    var opened = new Door(network, (_, socket) -> admit(socket), opening);
    opened.begin(true);
    door = opened;
  }

  private boolean admit(Engine.ListenSocket socket) throws IOException {
    Engine.StreamSocket accepted = socket.accept(settings);
    if (accepted != null) {
      network.accepted(accepted, factory, origin);
    }
    return accepted != null;
  }

  private Door door() {
    if (door == null) {
      throw new IllegalStateException("not open");
    }
    return door;
  }

  @Override
  public @Nullable String origin() {
    return origin;
  }

  @Override
  public ProtocolFactory<?> factory() {
    return factory;
  }

  @Override
  public SocketAddress address() {
    return door().address();
  }

  @Override
  public void pauseAccepting() {
    network.reactor.check("this Listener");
    door().accept(false);
  }

  @Override
  public void resumeAccepting() {
    network.reactor.check("this Listener");
    door().accept(true);
  }

  @Override
  public Deferred<Void> close() {
    network.reactor.check("this Listener");
    if (!closed) {
      closed = true;
      door().close();
      network.closed(this, address());
    }
    return Deferred.done();
  }
}
