package io.tendril.core.doubles;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.Deferred;
import io.tendril.core.EngineLacks;
import io.tendril.core.Listener;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.spi.Adopting;
import io.tendril.spi.Network;
import io.tendril.spi.Processes;
import io.tendril.spi.SocketSettings;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A network that remembers what is opened, and whose connections succeed when a test says so. */
public final class ManualNetwork implements Network {
  private final ManualReactor reactor;

  public final List<Call> calls = new ArrayList<>();
  public final List<Port> listeners = new ArrayList<>();
  public final List<Datagram> datagrams = new ArrayList<>();

  /** What the next attempt to listen fails with. */
  public RuntimeException listenFailure;

  public ManualNetwork(ManualReactor reactor) {
    this.reactor = reactor;
    reactor.network = this;
  }

  /** An attempt to connect. */
  public final class Call {
    public final SocketAddress address;
    public final String name;
    public final SocketSettings settings;
    public final Duration limit;
    public final ManualTransport transport = new ManualTransport(reactor);
    public boolean cancelled;
    private final ProtocolFactory<?> factory;
    private final Promise<Protocol> promise = Promise.create();

    Call(
        SocketAddress address,
        String name,
        SocketSettings settings,
        Duration limit,
        ProtocolFactory<?> factory) {
      this.address = address;
      this.name = name;
      this.settings = settings;
      this.limit = limit;
      this.factory = factory;
      promise.onCancel(() -> cancelled = true);
    }

    /** The peer has accepted. */
    public void succeed() {
      Protocol protocol;
      try {
        protocol = transport.connect(factory);
      } catch (Exception e) {
        promise.fail(e);
        return;
      }
      promise.succeed(protocol);
    }

    public void fail(Throwable failure) {
      promise.fail(failure);
    }
  }

  /** An open port. */
  public final class Port implements Listener {
    public final SocketAddress address;
    public final SocketSettings settings;
    public final ProtocolFactory<?> factory;
    public boolean paused;
    public boolean closed;

    Port(SocketAddress address, SocketSettings settings, ProtocolFactory<?> factory) {
      this.address = address;
      this.settings = settings;
      this.factory = factory;
    }

    /** Somebody connects. */
    public ManualTransport accept(SocketAddress peer) throws Exception {
      var transport = new ManualTransport(reactor);
      transport.peer = peer;
      transport.connect(factory);
      return transport;
    }

    public ManualTransport accept() throws Exception {
      return accept(new InetSocketAddress("127.0.0.9", 999));
    }

    @Override
    public SocketAddress address() {
      return address;
    }

    @Override
    public void pauseAccepting() {
      paused = true;
    }

    @Override
    public void resumeAccepting() {
      paused = false;
    }

    @Override
    public Deferred<Void> close() {
      closed = true;
      return Deferred.done();
    }
  }

  /** A datagram socket that was asked for. */
  public record Datagram(
      InetSocketAddress local, InetSocketAddress peer, SocketSettings settings) {}

  @Override
  public Deferred<Listener> listen(
      SocketAddress address, SocketSettings settings, ProtocolFactory<?> factory) {
    if (listenFailure != null) {
      return Deferred.failed(listenFailure);
    }
    var port = new Port(address, settings, factory);
    listeners.add(port);
    return Deferred.succeeded(port);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <P extends Protocol> Deferred<P> connect(
      SocketAddress address,
      String name,
      SocketSettings settings,
      Duration limit,
      ProtocolFactory<P> factory) {
    var call = new Call(address, name, settings, limit, factory);
    calls.add(call);
    return (Deferred<P>) call.promise.deferred();
  }

  @Override
  public Adopting adopting() {
    throw new EngineLacks("descriptors", "manual", "linux");
  }

  @Override
  public Processes processes() {
    throw new EngineLacks("child processes", "manual", "linux");
  }

  @Override
  public <P extends DatagramProtocol> Deferred<P> datagram(
      InetSocketAddress local,
      InetSocketAddress peer,
      SocketSettings settings,
      DatagramProtocol.Factory<P> factory) {
    datagrams.add(new Datagram(local, peer, settings));
    return Deferred.succeeded(null);
  }
}
