package io.tendril.core.internal.net;

import io.tendril.core.CapabilityMissing;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.EngineLacks;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Refusal;
import io.tendril.core.Sink;
import io.tendril.core.Source;
import io.tendril.core.Transport;
import io.tendril.core.internal.loop.ScopedCalls;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import io.tendril.core.unix.DescriptorPassing;
import io.tendril.spi.Engine;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream connection, over a socket of any engine. Only what an idle connection needs is here;
 * the work is done by the network's {@link Inflow}, {@link Outflow} and {@link Closing}, and the
 * rest of the state comes and goes with {@link Outbound} and {@link Extras}.
 *
 * <pre>
 *   OPEN      loseConnection() -> CLOSING: what was written is sent, the rest dropped
 *   CLOSING   all sent         -> LINGERING: output shut, input discarded
 *   LINGERING end, 64 KiB, 2 s -> DEAD
 *   any       abort, error     -> DEAD: the socket is closed, connectionLost is on its way
 * </pre>
 */
final class StreamTransport implements Transport, Source, Engine.Ready {
  static final int PAUSED = 1;
  static final int FULL = 1 << 1;
  static final int UNCOUPLED = 1 << 2;
  static final int ENDED = 1 << 3;
  static final int END_TOLD = 1 << 4;
  static final int CLOSING = 1 << 5;
  static final int LINGERING = 1 << 6;
  static final int DEAD = 1 << 7;
  static final int SHUT_WANTED = 1 << 8;
  static final int SHUT = 1 << 9;
  static final int IN_CALL = 1 << 10;
  static final int HANDED_OVER = 1 << 11;
  static final int RESUMING = 1 << 12;
  static final int DIRTY = 1 << 13;
  static final int BLOCKED = 1 << 14;
  static final int SERVER = 1 << 15;
  static final int MADE = 1 << 16;
  static final int WAKING = 1 << 17;
  static final int SECURING = 1 << 18;

  /** Something came for it in a loop inside of a call of its own, and waits for the call's end. */
  static final int HELD = 1 << 19;

  final SocketNetwork network;
  Engine.StreamSocket socket;
  @Nullable Protocol protocol;
  @Nullable ByteBuffer kept;
  @Nullable Outbound outbound;
  @Nullable Extras extras;
  @Nullable ScopedCalls calls;
  @Nullable StreamTransport previous;
  @Nullable StreamTransport following;
  int flags;

  /** What the layers of the socket were last seen to keep. */
  long unsent;

  StreamTransport(SocketNetwork network, Engine.StreamSocket socket, boolean server) {
    this.network = network;
    this.socket = socket;
    this.flags = server ? SERVER : 0;
    socket.ready(this);
  }

  boolean is(int flag) {
    return (flags & flag) != 0;
  }

  void set(int flag) {
    flags |= flag;
  }

  void clear(int flag) {
    flags &= ~flag;
  }

  Extras extras() {
    Extras made = extras;
    if (made == null) {
      made = new Extras();
      extras = made;
    }
    return made;
  }

  /** Remembers where this was made, if that is known. */
  void madeAt(@Nullable String origin) {
    if (origin != null) {
      extras().origin = origin;
    }
  }

  private void check() {
    network.reactor.check("this Transport");
  }

  /** Sets what the engine should tell: called when any of the flags that matter has changed. */
  void interest() {
    if (is(DEAD)) {
      return;
    }
    try {
      socket.interest(network.inflow.wanted(this), is(BLOCKED));
    } catch (UncheckedIOException e) {
      network.closing.lost(this, Objects.requireNonNull(e.getCause())); // it cannot be waited for
    }
  }

  @Override
  public void ready(boolean readable, boolean writable) {
    network.reactor.beginCall();
    try {
      if (writable && !is(DEAD)) {
        clear(BLOCKED);
        network.outflow.flush(this);
        interest();
      }
      if (readable && !is(DEAD)) {
        network.inflow.readable(this);
      }
    } catch (Throwable e) {
      network.reactor.failed("connection " + this, e);
      network.closing.dead(this, new ConnectionClosed.ProtocolThrew(peer(), e), true);
    }
    network.reactor.endCall();
  }

  // ---- Writing --------------------------------------------------------------------------------

  @Override
  public void write(ByteBuffer data) {
    check();
    network.outflow.write(this, data);
  }

  @Override
  public Deferred<Void> writeOwned(ByteBuffer data) {
    check();
    return network.outflow.queue(this, data, true);
  }

  @Override
  public Deferred<Void> writeFully(ByteBuffer data) {
    check();
    return network.outflow.queue(this, data, false);
  }

  @Override
  public Deferred<Void> flushed() {
    check();
    return network.outflow.flushed(this);
  }

  @Override
  public Deferred<Long> sendFile(FileChannel file, long position, long count) {
    check();
    return network.outflow.queueFile(this, file, position, count);
  }

  @Override
  public long outboundBytes() {
    return network.outflow.waiting(this);
  }

  @Override
  public boolean writable() {
    return (flags & (DEAD | CLOSING | SHUT_WANTED | FULL)) == 0;
  }

  @Override
  public void onWritable(Runnable action) {
    check();
    if (is(DEAD | CLOSING | SHUT_WANTED)) {
      return;
    }
    extras().onWritable.add(action);
    if (writable()) {
      network.outflow.wake(this);
    }
  }

  @Override
  public Registration onClosed(Consumer<? super Throwable> action) {
    check();
    ConnectionClosed reason = extras().lost;
    if (reason == null) {
      return extras().onClosed(action);
    }
    action.accept(reason);
    return () -> {};
  }

  @Override
  public void marks(int low, int high) {
    check();
    if (low < 0 || high < low) {
      throw new IllegalArgumentException("marks of " + low + " and " + high);
    }
    extras().low = low;
    extras().high = high;
    network.outflow.judge(this);
  }

  @Override
  public void pauseReadingWhenFull(boolean pause) {
    check();
    if (pause) {
      clear(UNCOUPLED);
    } else {
      set(UNCOUPLED);
    }
    network.inflow.resumed(this);
  }

  // ---- Reading --------------------------------------------------------------------------------

  @Override
  public void pauseReading() {
    check();
    set(PAUSED);
    interest();
  }

  @Override
  public void resumeReading() {
    check();
    if (is(PAUSED)) {
      clear(PAUSED);
      network.inflow.resumed(this);
    }
  }

  @Override
  public boolean reading() {
    return (flags & (PAUSED | CLOSING | DEAD | HANDED_OVER | SECURING)) == 0
        && !Inflow.fullAndCoupled(this);
  }

  @Override
  public Source input() {
    return this;
  }

  @Override
  public Deferred<Long> forEach(Source.Receiver consumer) {
    check();
    if (extras().consumer != null) {
      throw new IllegalStateException("the input of " + this + " flows already");
    }
    Promise<Long> promise = network.reactor.promise();
    if (is(DEAD | CLOSING)) {
      promise.fail(network.closing.reason(this));
      return promise.deferred();
    }
    extras().consumer = consumer;
    extras().consumed = promise;
    promise.onCancel(this::stop);
    clear(PAUSED);
    network.inflow.resumed(this);
    return promise.deferred();
  }

  @Override
  public Deferred<Long> pipeTo(Sink sink) {
    pauseReadingWhenFull(false); // it goes at the sink's pace
    Deferred<Long> flow = Source.super.pipeTo(sink);
    extras().relay = Relay.between(this, sink);
    return flow;
  }

  @Override
  public void pause() {
    pauseReading();
  }

  @Override
  public void resume() {
    resumeReading();
  }

  @Override
  public void stop() {
    check();
    network.inflow.stop(this);
  }

  // ---- The end --------------------------------------------------------------------------------

  @Override
  public void loseConnection() {
    check();
    network.closing.lose(this, null);
  }

  @Override
  public void loseConnection(ConnectionClosed reason) {
    check();
    network.closing.lose(this, reason);
  }

  @Override
  public void abortConnection() {
    check();
    network.closing.dead(this, new ConnectionClosed.Aborted(peer()), true);
  }

  @Override
  public void shutdownOutput() {
    check();
    if (!is(DEAD | CLOSING | SHUT_WANTED)) {
      set(SHUT_WANTED);
      network.outflow.dirty(this);
    }
  }

  // ---- Who is there ---------------------------------------------------------------------------

  @Override
  public SocketAddress peer() {
    return extras != null && extras.peer != null ? extras.peer : socket.peer();
  }

  @Override
  public SocketAddress local() {
    return extras != null && extras.local != null ? extras.local : socket.local();
  }

  @Override
  public Reactor reactor() {
    return network.reactor;
  }

  @Override
  public <C> C query(Class<C> capability) {
    Object found = find(capability);
    if (found == null) {
      List<String> layers = new ArrayList<>();
      for (Engine.StreamSocket layer = socket; layer != null; layer = layer.lower()) {
        layers.add(layer.layer());
      }
      throw new CapabilityMissing(capability, layers);
    }
    return capability.cast(found);
  }

  @Override
  public boolean has(Class<?> capability) {
    try {
      return find(capability) != null;
    } catch (EngineLacks e) {
      return false;
    }
  }

  @Nullable Object find(Class<?> capability) {
    if (capability == DescriptorPassing.class && socket.passesDescriptors()) {
      return passing();
    }
    for (Engine.StreamSocket layer = socket; layer != null; layer = layer.lower()) {
      Object found = layer.capability(capability);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private DescriptorPassing passing() {
    return (data, descriptors) -> {
      check();
      return network.outflow.pass(this, data, descriptors);
    };
  }

  // ---- Change ---------------------------------------------------------------------------------

  @Override
  public <P extends Protocol> P become(ProtocolFactory<P> factory) {
    check();
    P next;
    try {
      next = SocketNetwork.build(factory, this);
    } catch (Refusal e) {
      network.countRefusal();
      throw e;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the factory of the next protocol failed", e);
    }
    if (is(DEAD | CLOSING)) {
      throw network.closing.reason(this);
    }
    network.closing.dropProtocolState(this);
    protocol = next;
    set(HANDED_OVER);
    clear(PAUSED);
    if (!is(IN_CALL)) {
      network.reactor.later(() -> network.inflow.handOver(this));
    }
    return next;
  }

  @Override
  public Deferred<TlsSession> startTls(TlsOptions options) {
    check();
    return network.securing.start(this, options);
  }

  @Override
  public DelayedCall callLater(Duration delay, Reactor.Action action) {
    check();
    ScopedCalls made = calls;
    if (made == null) {
      made = new ScopedCalls();
      calls = made;
    }
    return made.add(network.reactor, delay, action, is(DEAD));
  }

  /** Drops the delayed calls of its protocol. */
  void dropCalls() {
    if (calls != null) {
      calls.dropAll();
    }
  }

  @Override
  public String toString() {
    return io.tendril.core.Addresses.show(local())
        + (is(SERVER) ? " from " : " to ")
        + io.tendril.core.Addresses.show(peer());
  }
}
