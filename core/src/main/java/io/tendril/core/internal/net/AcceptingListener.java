package io.tendril.core.internal.net;

import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.ReactorEvent;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An open listening socket. A failure to accept, which is a shortage of descriptors or memory,
 * pauses it for a moment; what waits stays in the backlog, and accepting goes on by itself.
 */
final class AcceptingListener implements OpenListener, Engine.Ready {
  /** T8: the most connections accepted in a row. */
  private static final int ACCEPTS = 64;

  private static final Duration PAUSE = Duration.ofMillis(100);

  /** T9: how often a shortage is reported. */
  private static final long REPORT_NANOS = Duration.ofSeconds(10).toNanos();

  private final SocketNetwork network;
  private final ProtocolFactory<?> factory;
  private final SocketSettings settings;
  private final @Nullable String origin;
  private Engine.@Nullable ListenSocket socket;
  private @Nullable SocketAddress address;
  private @Nullable DelayedCall retry;
  private boolean paused;
  private boolean reported;
  private long reportedAt;
  private long failures;

  AcceptingListener(SocketNetwork network, ProtocolFactory<?> factory, SocketSettings settings) {
    this.network = network;
    this.factory = factory;
    this.settings = settings;
    this.origin = network.origin();
  }

  @Override
  public @Nullable String origin() {
    return origin;
  }

  void open(SocketAddress at) throws IOException {
    begin(network.engine.listen(at, settings, this));
  }

  /** Opens a socket that tells somebody. */
  @FunctionalInterface
  interface Opening {
    Engine.ListenSocket open(Engine.Ready ready) throws IOException;
  }

  /** Goes on with a socket that is open already. */
  void adopt(Opening opening) throws IOException {
    begin(opening.open(this));
  }

  private void begin(Engine.ListenSocket opened) {
    address = opened.local();
    try {
      opened.interest(true, false);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
    socket = opened;
  }

  @Override
  public ProtocolFactory<?> factory() {
    return factory;
  }

  @Override
  public SocketAddress address() {
    if (address == null) {
      throw new IllegalStateException("not open");
    }
    return address;
  }

  @Override
  public void ready(boolean readable, boolean writable) {
    for (int i = 0; i < ACCEPTS && socket != null && !paused && retry == null; i++) {
      Engine.StreamSocket accepted;
      try {
        accepted = socket.accept(settings);
      } catch (IOException e) {
        exhausted(e);
        return;
      }
      if (accepted == null) {
        return;
      }
      network.accepted(accepted, factory, origin);
    }
  }

  private void exhausted(IOException failure) {
    failures++;
    interest(false);
    retry =
        network.reactor.callInside(
            PAUSE,
            () -> {
              retry = null;
              interest(!paused);
            });
    long now = network.reactor.clock().nanoTime();
    if (!reported || now - reportedAt > REPORT_NANOS) {
      reported = true;
      reportedAt = now;
      network.reactor.report(new ReactorEvent.DescriptorsExhausted(address(), failure, failures));
    }
  }

  private void interest(boolean accept) {
    if (socket != null) {
      socket.interest(accept, false);
    }
  }

  @Override
  public void pauseAccepting() {
    network.reactor.check("this Listener");
    paused = true;
    interest(false);
  }

  @Override
  public void resumeAccepting() {
    network.reactor.check("this Listener");
    paused = false;
    interest(retry == null);
  }

  @Override
  public Deferred<Void> close() {
    network.reactor.check("this Listener");
    Engine.ListenSocket open = socket;
    if (open != null) {
      socket = null;
      if (retry != null) {
        retry.cancel();
        retry = null;
      }
      open.close();
      network.closed(this, address());
    }
    return Deferred.done();
  }
}
