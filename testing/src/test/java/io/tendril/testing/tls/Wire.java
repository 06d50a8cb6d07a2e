package io.tendril.testing.tls;

import io.tendril.core.internal.tls.TlsBuffers;
import io.tendril.core.internal.tls.TlsSocket;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import io.tendril.spi.Engine;
import io.tendril.testing.TestClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Two TLS sockets on a wire that the test moves the bytes of, and can cut or tamper with. There is
 * no reactor: readiness is told by the test.
 */
final class Wire {
  private static final TestClock CLOCK = new TestClock();

  private final Surroundings surroundings = new Surroundings();
  final Plug clientPlug = new Plug();
  final Plug serverPlug = new Plug();
  final End client;
  final End server;

  Wire(Certificates certificates) {
    this(certificates.client(), certificates.server());
  }

  Wire(TlsOptions clientOptions, TlsOptions serverOptions) {
    client = new End(clientPlug, clientOptions);
    server = new End(serverPlug, serverOptions);
  }

  /** How many buffers of TLS are borrowed. */
  int lent() {
    return surroundings.buffers.lent();
  }

  void begin() {
    server.socket.begin();
    client.socket.begin();
  }

  /** Moves bytes in both directions, so many at a time, until none are left. */
  void pump(int step) {
    settle();
    while (move(clientPlug, serverPlug, step) | move(serverPlug, clientPlug, step)) {
      settle();
    }
  }

  /** Moves what one has sent to the other: whether there was any. */
  boolean move(Plug from, Plug to, int most) {
    int count = Math.min(most, from.sent.size());
    if (count == 0) {
      return false;
    }
    byte[] all = from.sent.toByteArray();
    from.sent.reset();
    from.sent.write(all, count, all.length - count);
    to.arrive(all, count);
    from.tell();
    to.tell();
    return true;
  }

  void settle() {
    clientPlug.tell();
    serverPlug.tell();
    for (Runnable task; (task = surroundings.tasks.poll()) != null; ) {
      task.run();
    }
  }

  /** One end: a TLS socket whose user reads whatever comes. */
  final class End implements Engine.Ready {
    final TlsSocket socket;
    final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final ByteBuffer buffer = ByteBuffer.allocate(65_536);
    @Nullable IOException failure;
    boolean ended;
    int readAtOnce = 65_536;

    /** What it says to whatever comes; empty for nothing. */
    byte[] answer = {};

    End(Plug plug, TlsOptions options) {
      socket =
          new TlsSocket(
              plug,
              options.engines().create(options, plug.peer(), CLOCK),
              surroundings,
              this,
              null);
      socket.interest(true, false);
    }

    @Override
    public void ready(boolean readable, boolean writable) {
      if (!readable || ended || failure != null) {
        return;
      }
      buffer.clear().limit(readAtOnce);
      try {
        ended = socket.read(buffer) < 0;
      } catch (IOException e) {
        failure = e;
      }
      received.write(buffer.array(), 0, buffer.position());
      answer();
      socket.interest(!ended && failure == null, false);
    }

    private void answer() {
      try {
        if (answer.length > 0 && buffer.position() > 0) {
          write(answer);
        }
      } catch (IOException e) {
        failure = e;
      }
    }

    /** Writes as much as is taken: how much. */
    long write(byte[] data) throws IOException {
      return socket.write(new ByteBuffer[] {ByteBuffer.wrap(data)}, 0, 1);
    }

    boolean isUp() {
      return socket.capability(TlsSession.class) != null;
    }
  }

  /** The socket below: what arrives was moved here by the test. */
  static final class Plug implements Engine.StreamSocket {
    final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    int room = Integer.MAX_VALUE;

    /** How often it was given bytes. */
    int writes;

    /** Whether writing fails, as it does after a reset. */
    boolean broken;

    boolean cut;
    boolean outputShut;
    boolean closed;
    private ByteBuffer arrived = ByteBuffer.allocate(0);
    private Engine.Ready ready = (readable, writable) -> {};
    private boolean wantsRead;
    private boolean wantsWrite;

    void arrive(byte[] bytes, int count) {
      ByteBuffer all = ByteBuffer.allocate(arrived.remaining() + count);
      arrived = all.put(arrived).put(bytes, 0, count).flip();
    }

    void tell() {
      boolean reads = wantsRead && (arrived.hasRemaining() || cut);
      boolean writes = wantsWrite && sent.size() < room;
      if (reads || writes) {
        ready.ready(reads, writes);
      }
    }

    @Override
    public void ready(Engine.Ready replacement) {
      ready = replacement;
    }

    @Override
    public void interest(boolean readable, boolean writable) {
      wantsRead = readable;
      wantsWrite = writable;
    }

    @Override
    public boolean finishConnect() {
      return true;
    }

    @Override
    public int read(ByteBuffer into) {
      if (!arrived.hasRemaining()) {
        return cut ? -1 : 0;
      }
      int count = Math.min(into.remaining(), arrived.remaining());
      into.put(arrived.slice(arrived.position(), count));
      arrived.position(arrived.position() + count);
      return count;
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
      if (broken) {
        throw new IOException("Connection reset");
      }
      writes++;
      long total = 0;
      for (int i = offset; i < offset + length; i++) {
        int count = Math.min(from[i].remaining(), Math.max(0, room - sent.size()));
        byte[] bytes = new byte[count];
        from[i].get(bytes);
        sent.writeBytes(bytes);
        total += count;
      }
      return total;
    }

    @Override
    public long sendFile(FileChannel file, long position, long count) {
      throw new AssertionError("a file went past TLS");
    }

    @Override
    public void shutdownOutput() {
      outputShut = true;
    }

    @Override
    public void close() {
      closed = true;
    }

    @Override
    public void abort() {
      closed = true;
    }

    @Override
    public SocketAddress local() {
      return new InetSocketAddress(1);
    }

    @Override
    public SocketAddress peer() {
      return new InetSocketAddress(2);
    }
  }

  private static final class Surroundings implements TlsSocket.Surroundings {
    private final TlsBuffers buffers = new TlsBuffers();
    private final Queue<Runnable> tasks = new ArrayDeque<>();

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
      tasks.add(() -> {
        task.run();
        then.accept(null);
      });
    }
  }
}
