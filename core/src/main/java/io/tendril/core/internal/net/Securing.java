package io.tendril.core.internal.net;

import static io.tendril.core.internal.net.StreamTransport.CLOSING;
import static io.tendril.core.internal.net.StreamTransport.DEAD;
import static io.tendril.core.internal.net.StreamTransport.ENDED;
import static io.tendril.core.internal.net.StreamTransport.SECURING;
import static io.tendril.core.internal.net.StreamTransport.SHUT_WANTED;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Promise;
import io.tendril.core.ReactorEvent;
import io.tendril.core.internal.tls.ChosenEngines;
import io.tendril.core.internal.tls.TlsBuffers;
import io.tendril.core.internal.tls.TlsFailure;
import io.tendril.core.internal.tls.TlsSocket;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import io.tendril.spi.TimeSource;
import io.tendril.spi.TlsEngine;
import io.tendril.spi.TlsEngineProvider;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How TLS is put on top of connections. A handshake is
 *
 * <pre>
 *   WAITING   a mark in the output: what was written before it goes out in the clear
 *   UNDER WAY the TLS socket is in the place of the one before, and shakes hands by itself
 *   over      done, failed or given up; what was written behind the mark goes out encrypted
 * </pre>
 *
 * <p>In the first two nothing is read for the protocol.
 */
final class Securing implements TlsSocket.Surroundings {
  /** A hello fits into one record (RFC 8446, section 5.1). */
  private static final int LONGEST_HELLO = 16 << 10;

  private final SocketNetwork network;
  private final TlsBuffers buffers = new TlsBuffers();

  /** Those that are not over, the oldest first. */
  private final Set<Handshake> handshakes = new LinkedHashSet<>();

  /** The engines of which it was said that they were chosen. */
  private final Set<String> reported = new HashSet<>(2);

  private long failedHandshakes;

  /** Engines that have not been closed. */
  private int engines;

  Securing(SocketNetwork network) {
    this.network = network;
  }

  Deferred<TlsSession> start(StreamTransport transport, TlsOptions options) {
    if (transport.is(SECURING)) {
      throw new IllegalStateException("a TLS handshake is under way on " + transport);
    }
    Promise<TlsSession> promise = network.reactor.promise();
    if (transport.is(DEAD | CLOSING)) {
      promise.fail(network.closing.reason(transport));
    } else if (transport.is(SHUT_WANTED | ENDED)) {
      promise.fail(failed(transport, new TlsFailure("one direction of the connection has ended")));
    } else {
      TlsEngine engine = engine(options, transport.peer());
      engines++;
      makeRoom(options.handshakes());
      new Handshake(transport, options, engine, promise).queue();
    }
    return promise.deferred();
  }

  private TlsEngine engine(TlsOptions options, SocketAddress peer) {
    if (!(options.engines() instanceof ChosenEngines chosen)) {
      return options.engines().create(options, peer, network.reactor.clock());
    }
    TlsEngineProvider own = network.engine.tls();
    TimeSource clock = network.reactor.clock();
    TlsEngine engine =
        own == null
            ? chosen.create(options, peer, clock)
            : chosen.preferring(own, options, peer, clock);
    // Once of each.
    if (reported.add(engine.name())) {
      String why =
          own != null && engine.name().equals(own.name())
              ? "it goes with the engine " + network.engine.name()
              : chosen.why(options);
      network.reactor.report(new ReactorEvent.Chosen("TLS engine", engine.name(), why));
    }
    return engine;
  }

  /** At the limit the handshake that has waited longest for its peer is given up. */
  private void makeRoom(int most) {
    while (handshakes.size() >= most) {
      Handshake oldest = handshakes.iterator().next();
      for (Handshake each : handshakes) {
        if (each.waitsForPeer()) {
          oldest = each;
          break;
        }
      }
      String limit = most + " TLS handshakes under way, of which this was the oldest";
      network.closing.dead(
          oldest.transport,
          new ConnectionClosed.LimitExceeded(oldest.transport.peer(), limit),
          true);
      handshakes.remove(oldest);
    }
  }

  static ConnectionClosed.TlsFailed failed(StreamTransport transport, TlsFailure failure) {
    return new ConnectionClosed.TlsFailed(
        transport.peer(), String.valueOf(failure.getMessage()), failure);
  }

  /** The connection ends. */
  void ended(Handshake handshake, ConnectionClosed reason) {
    handshake.over();
    handshake.count(reason);
    if (!handshake.promise.isDone()) {
      network.reactor.later(() -> {
        if (!handshake.promise.isDone()) {
          handshake.promise.fail(reason);
        }
      });
    }
  }

  /** How many engines have not been closed. */
  int engines() {
    return engines;
  }

  /** How many handshakes with clients have come to nothing. */
  long failedHandshakes() {
    return failedHandshakes;
  }

  // ---- What the sockets need ------------------------------------------------------------------

  @Override
  public TlsBuffers buffers() {
    return buffers;
  }

  @Override
  public void closed(TlsEngine engine) {
    engines--;
  }

  @Override
  public void later(Runnable task) {
    network.reactor.later(task);
  }

  @Override
  public void offload(Runnable task, Consumer<@Nullable Throwable> then) {
    var _ =
        network
            .reactor
            .deferToThread(() -> {
              task.run();
              return Boolean.TRUE;
            })
            .whenComplete((done, failure) -> then.accept(failure))
            .exceptionally(failure -> null);
  }

  // ---- One handshake --------------------------------------------------------------------------

  /** A handshake, which is also the mark in the output that it begins at. */
  final class Handshake implements TlsSocket.Outcome {
    private final StreamTransport transport;
    private final TlsOptions options;
    private final TlsEngine engine;
    private final Promise<TlsSession> promise;
    private final DelayedCall timeout;
    private @Nullable TlsSocket socket;

    private Handshake(
        StreamTransport transport,
        TlsOptions options,
        TlsEngine engine,
        Promise<TlsSession> promise) {
      Duration limit = options.handshakeTime();
      this.transport = transport;
      this.options = options;
      this.engine = engine;
      this.promise = promise;
      this.timeout = network.reactor.callInside(limit, () -> timedOut(limit));
    }

    private void queue() {
      handshakes.add(this);
      transport.extras().handshake = this;
      transport.set(SECURING);
      transport.interest();
      network.outflow.mark(transport, this);
    }

    private boolean waitsForPeer() {
      return socket == null || socket.waitsForPeer();
    }

    /** The output has come to the mark. */
    void begin() {
      ByteBuffer early = transport.kept;
      if (early != null && !mayBeHello(early)) {
        String what = early.remaining() + " bytes came in the clear after TLS was asked for";
        fail(new TlsFailure(what + "; they may be forged"));
        return;
      }
      transport.kept = null;
      var opened = new TlsSocket(transport.socket, engine, Securing.this, transport, this);
      socket = opened;
      transport.socket = opened;
      if (early == null) {
        opened.begin();
      } else {
        opened.begin(early);
      }
    }

    /** A client may say hello before it is asked to, to whom the handshake gives no chance. */
    private boolean mayBeHello(ByteBuffer early) {
      return !options.client()
          && early.remaining() <= LONGEST_HELLO
          && TlsSocket.mayBeRecord(early);
    }

    @Override
    public void established(TlsSession session) {
      network.reactor.later(() -> {
        if (!transport.is(DEAD)) {
          over();
          network.inflow.resumed(transport);
          network.outflow.dirty(transport);
          if (!promise.isDone()) {
            promise.succeed(session);
          }
        }
      });
    }

    @Override
    public void failed(IOException failure) {
      network.reactor.later(() -> {
        if (failure instanceof TlsFailure.InTheClear inTheClear) {
          answer(inTheClear);
        }
        fail(failure);
      });
    }

    /** Says to a client what it can read, if there is something to be said. */
    private void answer(TlsFailure.InTheClear failure) {
      byte[] words = options.answerInTheClear().getBytes(ISO_8859_1);
      if (socket != null && words.length > 0) {
        try {
          socket.sayInTheClear(ByteBuffer.wrap(words));
        } catch (IOException e) {
          failure.addSuppressed(e);
        }
      }
    }

    private void fail(IOException failure) {
      if (!transport.is(DEAD)) {
        over();
        network.closing.lost(transport, failure);
        ConnectionClosed reason = network.closing.reason(transport);
        count(reason);
        if (!promise.isDone()) {
          promise.fail(reason);
        }
      }
    }

    /** Counts and reports that it failed, on servers; not what this side itself gave up. */
    private void count(ConnectionClosed reason) {
      switch (reason) {
        case ConnectionClosed.Done _,
            ConnectionClosed.Aborted _,
            ConnectionClosed.ReactorStopped _ -> {}
        default -> {
          if (!options.client()) {
            failedHandshakes++;
            if (network.reactor.observed()) {
              network.reactor.report(
                  new ReactorEvent.HandshakeFailed(
                      transport.peer(), String.valueOf(reason.getMessage()), reason));
            }
          }
        }
      }
    }

    private void timedOut(Duration limit) {
      network.closing.dead(
          transport,
          new ConnectionClosed.TimedOut(transport.peer(), "no end of the TLS handshake", limit),
          true);
    }

    private void over() {
      handshakes.remove(this);
      transport.clear(SECURING);
      transport.extras().handshake = null;
      if (timeout.active()) {
        timeout.cancel();
      }
      if (socket == null) {
        engine.close();
        closed(engine);
      }
    }
  }
}
