package io.tendril.core.policy;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Source;
import io.tendril.core.Transport;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A transport that hands every call on to another: to be extended by wrappers of one's own, which
 * override what they care about. Nothing is left to the interface's default methods, so that a
 * transport which does better than a default does so behind a wrapper, too.
 *
 * <p>Bytes are written in many ways: {@code write} of three kinds, {@link #writeOwned}, {@link
 * #writeFully}, {@link #sendFile}. They are read in two: by {@link Protocol#dataReceived} and
 * through {@link #input()}. A wrapper that looks at bytes looks at all of these.
 */
public abstract class ForwardingTransport implements Transport {
  private final Transport inner;

  /** A wrapper of a transport. */
  protected ForwardingTransport(Transport inner) {
    this.inner = inner;
  }

  /** The transport that the calls go to. */
  protected final Transport inner() {
    return inner;
  }

  /**
   * Hands the connection over. The next protocol is built with this wrapper as its transport. A
   * wrapper that also wraps protocols overrides this, and wraps the next one:
   *
   * <pre>{@code
   * public <P extends Protocol> P become(ProtocolFactory<P> factory) {
   *   return inner().become(below -> new Wrapped<>(factory.build(this))).inner();
   * }
   * }</pre>
   */
  @Override
  public <P extends Protocol> P become(ProtocolFactory<P> factory) {
    return inner.become(below -> factory.build(this));
  }

  // ---- Writing --------------------------------------------------------------------------------

  @Override
  public void write(ByteBuffer data) {
    inner.write(data);
  }

  @Override
  public void write(byte[] data) {
    inner.write(data);
  }

  @Override
  public void write(String text) {
    inner.write(text);
  }

  @Override
  public Deferred<Void> writeOwned(ByteBuffer data) {
    return inner.writeOwned(data);
  }

  @Override
  public Deferred<Void> writeFully(ByteBuffer data) {
    return inner.writeFully(data);
  }

  @Override
  public Deferred<Void> flushed() {
    return inner.flushed();
  }

  @Override
  public Deferred<Long> sendFile(FileChannel file, long position, long count) {
    return inner.sendFile(file, position, count);
  }

  @Override
  public long outboundBytes() {
    return inner.outboundBytes();
  }

  @Override
  public void marks(int low, int high) {
    inner.marks(low, high);
  }

  @Override
  public void pauseReadingWhenFull(boolean pause) {
    inner.pauseReadingWhenFull(pause);
  }

  @Override
  public boolean writable() {
    return inner.writable();
  }

  @Override
  public void onWritable(Runnable action) {
    inner.onWritable(action);
  }

  @Override
  public Registration onClosed(Consumer<? super Throwable> action) {
    return inner.onClosed(action);
  }

  // ---- Reading --------------------------------------------------------------------------------

  @Override
  public void pauseReading() {
    inner.pauseReading();
  }

  @Override
  public void resumeReading() {
    inner.resumeReading();
  }

  @Override
  public boolean reading() {
    return inner.reading();
  }

  @Override
  public Source input() {
    return inner.input();
  }

  // ---- The end --------------------------------------------------------------------------------

  @Override
  public void loseConnection() {
    inner.loseConnection();
  }

  @Override
  public void loseConnection(ConnectionClosed reason) {
    inner.loseConnection(reason);
  }

  @Override
  public void abortConnection() {
    inner.abortConnection();
  }

  @Override
  public void shutdownOutput() {
    inner.shutdownOutput();
  }

  // ---- Who is there, what is possible ---------------------------------------------------------

  @Override
  public SocketAddress peer() {
    return inner.peer();
  }

  @Override
  public SocketAddress local() {
    return inner.local();
  }

  @Override
  public Reactor reactor() {
    return inner.reactor();
  }

  @Override
  public <C> C query(Class<C> capability) {
    return inner.query(capability);
  }

  @Override
  public boolean has(Class<?> capability) {
    return inner.has(capability);
  }

  @Override
  public Deferred<TlsSession> startTls(TlsOptions options) {
    return inner.startTls(options);
  }

  @Override
  public DelayedCall callLater(Duration delay, Reactor.Action action) {
    return inner.callLater(delay, action);
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + " of " + inner;
  }
}
