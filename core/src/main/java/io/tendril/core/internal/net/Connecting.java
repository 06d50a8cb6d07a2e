package io.tendril.core.internal.net;

import io.tendril.core.ConnectFailed;
import io.tendril.core.Deadline;
import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.EngineLacks;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.internal.Waited;
import io.tendril.spi.BacklogFull;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A connection that is being made to one address. Its Deferred never fires synchronously. */
final class Connecting<P extends Protocol> implements Engine.Ready {
  /** After so long a full backlog is tried again. */
  private static final Duration AGAIN = Duration.ofMillis(20);

  private final SocketNetwork network;
  private final String name;
  private final Duration limit;
  private final ProtocolFactory<P> factory;
  private final Promise<P> promise;
  private final @Nullable String origin;
  private Engine.@Nullable StreamSocket socket;
  private @Nullable DelayedCall timeout;
  private @Nullable DelayedCall again;

  /** Where the network has it among those that are under way; -1 if it has not. */
  int place = -1;

  Connecting(SocketNetwork network, String name, Duration limit, ProtocolFactory<P> factory) {
    this.network = network;
    this.name = name;
    this.limit = Deadline.current().remaining(limit);
    this.factory = factory;
    this.promise = network.reactor.promise();
    this.origin = network.origin();
  }

  Deferred<P> begin(SocketAddress address, SocketSettings settings) {
    promise.onCancel(Waited.as("a connection to " + name, this::drop));
    if (network.reactor.closing()) {
      network.reactor.later(() -> failed(stopped()));
      return promise.deferred();
    }
    network.begins(this);
    timeout =
        network.reactor.callInside(
            limit,
            () -> {
              timeout = null;
              failed(new ConnectFailed.TimedOut(name, ConnectFailed.Phase.CONNECT, limit));
            });
    attempt(address, settings);
    return promise.deferred();
  }

  private void attempt(SocketAddress address, SocketSettings settings) {
    again = null;
    try {
      Engine.StreamSocket opened = network.engine.connect(address, settings, this);
      socket = opened;
      opened.interest(false, true);
    } catch (BacklogFull e) {
      again = network.reactor.callInside(AGAIN, () -> attempt(address, settings));
    } catch (IOException | RuntimeException e) {
      network.reactor.later(() -> failed(explain(e)));
    }
  }

  @Override
  public void ready(boolean readable, boolean writable) {
    Engine.StreamSocket connecting = socket;
    if (connecting == null) {
      return;
    }
    network.reactor.beginCall();
    try {
      if (connecting.finishConnect()) {
        socket = null; // what is wanted of it is the transport's to say
        done();
        made(connecting);
      }
    } catch (IOException | RuntimeException e) {
      failed(explain(e));
    }
    network.reactor.endCall();
  }

  private void made(Engine.StreamSocket connected) {
    P protocol;
    try {
      protocol = network.connected(connected, factory, origin);
    } catch (Throwable e) {
      if (e instanceof VirtualMachineError error && !(error instanceof StackOverflowError)) {
        network.reactor.fatal(error);
      }
      failed(new ConnectFailed.Other(name, ConnectFailed.Phase.HANDSHAKE, e));
      return;
    }
    if (!promise.isDone()) {
      promise.succeed(protocol);
    }
  }

  private void failed(Throwable failure) {
    drop();
    if (!promise.isDone()) {
      promise.fail(failure);
    }
  }

  /** The reactor ends. */
  void stop() {
    failed(stopped());
  }

  private ConnectFailed stopped() {
    return new ConnectFailed.Other(
        name,
        ConnectFailed.Phase.CONNECT,
        new IllegalStateException(network.reactor.name() + " has been stopped"));
  }

  private void drop() {
    done();
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }

  private void done() {
    network.ends(this);
    if (timeout != null) {
      timeout.cancel();
      timeout = null;
    }
    if (again != null) {
      again.cancel();
      again = null;
    }
  }

  @Nullable String origin() {
    return origin;
  }

  @Override
  public String toString() {
    return "connecting to " + name;
  }

  private RuntimeException explain(Exception e) {
    String message = String.valueOf(e.getMessage());
    return switch (e) {
      case BindException bind -> new ConnectFailed.BindFailed(name, bind);
      case NoRouteToHostException route -> new ConnectFailed.NoRoute(name, route);
      case SocketTimeoutException time -> timedOut();
      case ConnectException time when message.contains("timed out") -> timedOut();
      case ConnectException refused -> new ConnectFailed.Refused(name, refused);
      case Exception other when message.contains("unreachable") ->
          new ConnectFailed.NoRoute(name, other);
      case EngineLacks lacks -> lacks;
      default -> new ConnectFailed.Other(name, ConnectFailed.Phase.CONNECT, e);
    };
  }

  private ConnectFailed timedOut() {
    return new ConnectFailed.TimedOut(name, ConnectFailed.Phase.CONNECT, limit);
  }
}
