package io.tendril.core.internal.net;

import io.tendril.core.ConnectFailed;
import io.tendril.core.Context;
import io.tendril.core.DatagramProtocol;
import io.tendril.core.Deferred;
import io.tendril.core.EngineLacks;
import io.tendril.core.Listener;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.descriptor.DescriptorAddress;
import io.tendril.core.descriptor.Interest;
import io.tendril.core.descriptor.Watch;
import io.tendril.spi.Adopting;
import io.tendril.spi.Descriptors;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What a network has that came as descriptors. */
final class AdoptedSockets implements Adopting {
  /** How soon a call that may wait is tried again when the pool has no room for it. */
  private static final Duration AGAIN = Duration.ofMillis(10);

  /** Opens a stream socket. */
  @FunctionalInterface
  private interface Opening {
    Engine.StreamSocket open() throws IOException;
  }

  private final SocketNetwork network;

  AdoptedSockets(SocketNetwork network) {
    this.network = network;
  }

  private Descriptors descriptors(String what) {
    Descriptors descriptors = network.engine.descriptors();
    if (descriptors == null) {
      throw new EngineLacks(what, network.engine.name(), "linux");
    }
    return descriptors;
  }

  @Override
  public Watch watch(Descriptor descriptor, Interest interest, Watch.Handler handler) {
    network.reactor.check("watch");
    Descriptors descriptors = descriptors("watching of descriptors");
    if (network.reactor.closing()) {
      throw new IllegalStateException(network.reactor.name() + " has been stopped");
    }
    var watch = new WatchedDescriptor(network, descriptor, interest, handler);
    watch.begin(descriptors, descriptor);
    network.opened(watch);
    return watch;
  }

  @Override
  public Deferred<Listener> listen(
      Descriptor socket, String key, SocketSettings settings, ProtocolFactory<?> factory) {
    network.reactor.check("listen");
    var address = new DescriptorAddress(socket.toString());
    Door.Opening opening =
        PassedSocket.keyed(key, ready -> descriptors("adopted sockets").listening(socket, ready));
    Spread.Part spread = Spread.inForce();
    if (spread != null) {
      return spread.adopt(network, address, settings, factory, opening, socket::close);
    }
    var listener = new AcceptingListener(network, factory, settings);
    return network.listen(listener, address, () -> listener.open(opening));
  }

  @Override
  public <P extends Protocol> Deferred<P> connected(
      Descriptor socket, String name, SocketSettings settings, ProtocolFactory<P> factory) {
    return connect(name, factory, () -> descriptors("adopted sockets").connected(socket, settings));
  }

  @Override
  public <P extends Protocol> Deferred<P> stream(
      @Nullable Descriptor input,
      @Nullable Descriptor output,
      String name,
      ProtocolFactory<P> factory) {
    return connect(name, factory, () -> open(input, output));
  }

  Engine.StreamSocket open(@Nullable Descriptor input, @Nullable Descriptor output)
      throws IOException {
    return descriptors("streams of descriptors").stream(input, output, this::aside);
  }

  private <P extends Protocol> Deferred<P> connect(
      String name, ProtocolFactory<P> factory, Opening opening) {
    network.reactor.check("connect");
    Promise<P> promise = network.reactor.promise();
    String origin = network.origin();
    network.reactor.later(() -> {
      if (!promise.isDone()) {
        connectNow(name, factory, opening, origin, promise);
      }
    });
    return promise.deferred();
  }

  private <P extends Protocol> void connectNow(
      String name,
      ProtocolFactory<P> factory,
      Opening opening,
      @Nullable String origin,
      Promise<P> promise) {
    var phase = ConnectFailed.Phase.CONNECT;
    P protocol;
    try {
      if (network.reactor.closing()) {
        throw network.stopped();
      }
      Engine.StreamSocket socket = opening.open();
      phase = ConnectFailed.Phase.HANDSHAKE;
      protocol = network.connected(socket, factory, origin);
    } catch (Throwable e) {
      if (e instanceof VirtualMachineError error && !(error instanceof StackOverflowError)) {
        network.reactor.fatal(error);
      }
      promise.fail(e instanceof EngineLacks ? e : new ConnectFailed.Other(name, phase, e));
      return;
    }
    if (!promise.isDone()) {
      promise.succeed(protocol);
    }
  }

  @Override
  public Deferred<Listener> serve(
      @Nullable Descriptor input, @Nullable Descriptor output, ProtocolFactory<?> factory) {
    network.reactor.check("listen");
    var listener = new OneConnection(network, factory);
    return network.listen(
        listener,
        new DescriptorAddress(input + " and " + output),
        () -> listener.open(open(input, output)));
  }

  @Override
  public <P extends DatagramProtocol> Deferred<P> datagram(
      Descriptor socket, DatagramProtocol.Factory<P> factory) {
    network.reactor.check("datagram");
    return network.datagram(
        new UdpTransport(network, null),
        new DescriptorAddress(socket.toString()),
        transport ->
            transport.adopt(ready -> descriptors("adopted sockets").datagram(socket, ready)),
        factory);
  }

  /** Runs a call in the pool, once there is room; no deadline of a caller's is its own. */
  private <T> void aside(
      Callable<? extends T> call, BiConsumer<? super @Nullable T, @Nullable Throwable> then) {
    Context outer = network.reactor.swapContext(Context.empty());
    try {
      submit(call, then);
    } finally {
      network.reactor.swapContext(outer);
    }
  }

  private <T> void submit(
      Callable<? extends T> call, BiConsumer<? super @Nullable T, @Nullable Throwable> then) {
    var _ =
        network
            .reactor
            .<T>deferToThread(call)
            .whenComplete((value, failure) -> {
              if (failure instanceof RejectedExecutionException && !network.reactor.closing()) {
                var _ = network.reactor.callInside(AGAIN, () -> aside(call, then));
              } else {
                then.accept(value, failure);
              }
            })
            .exceptionally(failure -> null);
  }
}
