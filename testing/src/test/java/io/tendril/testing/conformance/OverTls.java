package io.tendril.testing.conformance;

import io.tendril.core.Transport;
import io.tendril.core.internal.tls.TlsBuffers;
import io.tendril.core.internal.tls.TlsSocket;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import io.tendril.spi.Engine;
import io.tendril.spi.EngineFactory;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An engine all of whose stream connections speak TLS, so that the contract can be shown to hold
 * over it. They are there while they still shake hands; what is written meanwhile waits.
 */
final class OverTls extends ForwardingEngine implements TlsSocket.Surroundings {
  /** What a connection is asked for to know whether the handshake of a layer is over. */
  private static final List<Class<?>> UP = List.of(Lower.class, Upper.class);

  private interface Lower {}

  private interface Upper {}

  private final TlsOptions server;
  private final TlsOptions client;
  private final Class<?> up;
  private final TlsBuffers buffers = new TlsBuffers();
  private final Queue<Runnable> tasks = new ArrayDeque<>();

  private OverTls(Engine engine, TlsOptions server, TlsOptions client, Class<?> up) {
    super(engine);
    this.server = server;
    this.client = client;
    this.up = up;
  }

  /** A candidate whose every connection goes over TLS, as often as asked for. */
  static Candidate of(Candidate below, int layers, TlsOptions server, TlsOptions client) {
    return new Candidate() {
      @Override
      public String name() {
        return below.name() + " over TLS";
      }

      @Override
      public EngineFactory engine() {
        return wrap(below.engine(), layers, server, client);
      }

      @Override
      public EngineFactory peers() {
        return wrap(below.peers(), layers, server, client);
      }

      @Override
      public boolean isUp(Transport transport, StreamSocket peer) {
        Class<?> top = UP.get(layers - 1);
        return transport.has(top) && peer.capability(top) != null;
      }
    };
  }

  private static EngineFactory wrap(
      EngineFactory below, int layers, TlsOptions server, TlsOptions client) {
    return () -> {
      Engine engine = below.open();
      for (int i = 0; i < layers; i++) {
        engine = new OverTls(engine, server, client, UP.get(i));
      }
      return engine;
    };
  }

  // ---- The loop -------------------------------------------------------------------------------

  @Override
  public void await(long nanos) throws IOException {
    runTasks();
    super.await(tasks.isEmpty() ? nanos : 0);
    runTasks();
  }

  private void runTasks() {
    for (int left = tasks.size(); left > 0; left--) {
      tasks.remove().run();
    }
  }

  @Override
  public TlsBuffers buffers() {
    return buffers;
  }

  @Override
  public void later(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void offload(Runnable task, Consumer<@Nullable Throwable> then) {
    task.run();
    then.accept(null);
  }

  // ---- Sockets --------------------------------------------------------------------------------

  private TlsSocket secure(StreamSocket socket, TlsOptions options, Ready ready) {
    var engine = options.engines().create(options, socket.peer(), clock());
    return new TlsSocket(socket, engine, this, ready, null);
  }

  @Override
  public StreamSocket connect(SocketAddress address, SocketSettings options, Ready ready)
      throws IOException {
    return new Secured(super.connect(address, options, ready), client, ready);
  }

  @Override
  protected ListenSocket listener(ListenSocket socket) {
    return new SecureListener(socket);
  }

  /** Accepts connections on which it begins to speak TLS. */
  private final class SecureListener extends ForwardingListener {
    SecureListener(ListenSocket socket) {
      super(socket);
    }

    @Override
    public @Nullable StreamSocket accept(SocketSettings options) throws IOException {
      StreamSocket accepted = super.accept(options);
      if (accepted == null) {
        return null;
      }
      var secured = new Secured(accepted, server, (readable, writable) -> {});
      secured.begin();
      return secured;
    }
  }

  /** A connection that speaks TLS once it is connected. */
  private final class Secured implements StreamSocket {
    private final StreamSocket socket;
    private final TlsOptions options;
    private Ready ready;
    private @Nullable TlsSocket secured;

    Secured(StreamSocket socket, TlsOptions options, Ready ready) {
      this.socket = socket;
      this.options = options;
      this.ready = ready;
    }

    private StreamSocket now() {
      return secured == null ? socket : secured;
    }

    @Override
    public boolean finishConnect() throws IOException {
      if (secured == null) {
        if (!socket.finishConnect()) {
          return false;
        }
        begin();
      }
      return true;
    }

    void begin() {
      TlsSocket tls = secure(socket, options, ready);
      secured = tls;
      tls.begin();
    }

    @Override
    public void ready(Ready replacement) {
      ready = replacement;
      now().ready(replacement);
    }

    @Override
    public void interest(boolean readable, boolean writable) {
      now().interest(readable, writable);
    }

    @Override
    public String layer() {
      return now().layer();
    }

    @Override
    public @Nullable StreamSocket lower() {
      return now().lower();
    }

    @Override
    public @Nullable Object capability(Class<?> wanted) {
      if (wanted == up) {
        return secured == null ? null : secured.capability(TlsSession.class);
      }
      return now().capability(wanted);
    }

    @Override
    public int read(java.nio.ByteBuffer into) throws IOException {
      return now().read(into);
    }

    @Override
    public long write(java.nio.ByteBuffer[] from, int offset, int length) throws IOException {
      return now().write(from, offset, length);
    }

    @Override
    public long sendFile(java.nio.channels.FileChannel file, long position, long count)
        throws IOException {
      return now().sendFile(file, position, count);
    }

    @Override
    public long unsent() {
      return now().unsent();
    }

    @Override
    public boolean drained() throws IOException {
      return now().drained();
    }

    @Override
    public void shutdownOutput() throws IOException {
      now().shutdownOutput();
    }

    @Override
    public void close() {
      now().close();
    }

    @Override
    public void abort() {
      now().abort();
    }

    @Override
    public SocketAddress local() {
      return socket.local();
    }

    @Override
    public SocketAddress peer() {
      return socket.peer();
    }
  }
}
