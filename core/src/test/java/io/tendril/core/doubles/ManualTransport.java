package io.tendril.core.doubles;

import io.tendril.core.CapabilityMissing;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Source;
import io.tendril.core.Transport;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A transport that remembers what is asked of it, and delivers what a test says. What is written
 * counts as sent at once, unless {@link #stalled} is set.
 */
public final class ManualTransport implements Transport {
  private final Reactor reactor;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final List<Consumer<? super Throwable>> onClosed = new ArrayList<>();
  private final List<Runnable> onWritable = new ArrayList<>();
  private byte[] kept = {};
  private boolean delivering;
  private boolean handedOver;
  private ConnectionClosed gone;

  public Protocol protocol;
  public SocketAddress peer = new InetSocketAddress("127.0.0.9", 999);
  public ManualSource input;
  public boolean paused;
  public boolean outputShut;
  public boolean stalled;
  public long stalledBytes;

  /** Why it was closed, or null. */
  public ConnectionClosed closing;

  public ManualTransport(Reactor reactor) {
    this.reactor = reactor;
  }

  /** Builds the protocol and connects it. */
  public <P extends Protocol> P connect(ProtocolFactory<P> factory) throws Exception {
    P built = factory.build(this);
    protocol = built;
    built.connectionMade();
    return built;
  }

  // ---- What the network does ------------------------------------------------------------------

  /** Bytes arrive. */
  public void deliver(byte[] bytes) throws Exception {
    byte[] all = new byte[kept.length + bytes.length];
    System.arraycopy(kept, 0, all, 0, kept.length);
    System.arraycopy(bytes, 0, all, kept.length, bytes.length);
    kept = all;
    present();
  }

  /** Text arrives. */
  public void deliver(String text) throws Exception {
    deliver(text.getBytes(StandardCharsets.UTF_8));
  }

  private void present() throws Exception {
    do {
      if (paused || closing != null || kept.length == 0) {
        return;
      }
      handedOver = false;
      delivering = true;
      ByteBuffer data = ByteBuffer.wrap(kept.clone());
      try {
        protocol.dataReceived(data);
      } finally {
        delivering = false;
      }
      kept = new byte[data.remaining()];
      data.get(kept);
    } while (handedOver);
  }

  /** The peer ends its side. */
  public void end() throws Exception {
    if (!protocol.endReceived()) {
      loseConnection();
    }
  }

  /** The connection goes, for the reason it was closed for, or by a reset. */
  public void lose() throws Exception {
    gone = closing != null ? closing : new ConnectionClosed.Lost(peer, "reset");
    closing = gone;
    onClosed.forEach(action -> action.accept(gone));
    protocol.connectionLost(gone);
  }

  /** What was stalled is sent. */
  public void drain() {
    stalled = false;
    stalledBytes = 0;
    List<Runnable> actions = List.copyOf(onWritable);
    onWritable.clear();
    actions.forEach(Runnable::run);
  }

  /** What was written since the last time, as text. */
  public String written() {
    String text = written.toString(StandardCharsets.UTF_8);
    written.reset();
    return text;
  }

  /** The bytes that were left unread. */
  public String unread() {
    return new String(kept, StandardCharsets.UTF_8);
  }

  // ---- Transport ------------------------------------------------------------------------------

  @Override
  public void write(ByteBuffer data) {
    if (closing == null && !outputShut) {
      byte[] bytes = new byte[data.remaining()];
      data.duplicate().get(bytes);
      written.writeBytes(bytes);
      stalledBytes += stalled ? bytes.length : 0;
    }
    if (!data.isReadOnly()) {
      data.position(data.limit());
    }
  }

  @Override
  public Deferred<Void> writeOwned(ByteBuffer data) {
    write(data);
    return Deferred.done();
  }

  @Override
  public Deferred<Void> writeFully(ByteBuffer data) {
    write(data);
    return Deferred.done();
  }

  @Override
  public Deferred<Void> flushed() {
    return Deferred.done();
  }

  @Override
  public Deferred<Long> sendFile(FileChannel file, long position, long count) {
    ByteBuffer part = ByteBuffer.allocate((int) count);
    try {
      file.read(part, position);
    } catch (IOException e) {
      return Deferred.failed(e);
    }
    write(part.flip());
    return Deferred.succeeded((long) part.limit());
  }

  @Override
  public long outboundBytes() {
    return stalledBytes;
  }

  @Override
  public void marks(int low, int high) {}

  @Override
  public void pauseReadingWhenFull(boolean pause) {}

  @Override
  public boolean writable() {
    return !stalled && closing == null;
  }

  @Override
  public void onWritable(Runnable action) {
    if (stalled) {
      onWritable.add(action);
    } else {
      action.run();
    }
  }

  @Override
  public Registration onClosed(Consumer<? super Throwable> action) {
    if (gone == null) {
      onClosed.add(action);
    } else {
      action.accept(gone);
    }
    return () -> onClosed.remove(action);
  }

  @Override
  public void pauseReading() {
    paused = true;
  }

  @Override
  public void resumeReading() {
    paused = false;
    if (!delivering) {
      reactor.callLater(Duration.ZERO, this::present);
    }
  }

  @Override
  public boolean reading() {
    return !paused && closing == null && !handedOver;
  }

  @Override
  public Source input() {
    input = new ManualSource();
    protocol = input.asProtocol(protocol);
    return input;
  }

  @Override
  public void loseConnection() {
    loseConnection(new ConnectionClosed.Done(peer));
  }

  @Override
  public void loseConnection(ConnectionClosed reason) {
    closing = closing == null ? reason : closing;
  }

  @Override
  public void abortConnection() {
    closing = closing == null ? new ConnectionClosed.Aborted(peer) : closing;
  }

  @Override
  public void shutdownOutput() {
    outputShut = true;
  }

  @Override
  public SocketAddress peer() {
    return peer;
  }

  @Override
  public SocketAddress local() {
    return new InetSocketAddress("127.0.0.1", 80);
  }

  @Override
  public Reactor reactor() {
    return reactor;
  }

  @Override
  public <C> C query(Class<C> capability) {
    throw new CapabilityMissing(capability, List.of("manual"));
  }

  @Override
  public boolean has(Class<?> capability) {
    return false;
  }

  @Override
  public <P extends Protocol> P become(ProtocolFactory<P> factory) {
    P next;
    try {
      next = factory.build(this);
      protocol = next;
      onWritable.clear();
      handedOver = delivering;
      next.connectionMade();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    if (!delivering && kept.length > 0) {
      reactor.callLater(Duration.ZERO, this::present);
    }
    return next;
  }

  @Override
  public Deferred<TlsSession> startTls(TlsOptions options) {
    return Promise.<TlsSession>create().deferred();
  }

  @Override
  public DelayedCall callLater(Duration delay, Reactor.Action action) {
    return reactor.callLater(
        delay,
        () -> {
          if (gone == null) {
            action.run();
          }
        });
  }
}
