package io.tendril.testing;

import io.tendril.spi.Engine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stream socket whose other side is the test: see {@link RecordingTransport}. */
final class RecordedSocket extends MemorySocket implements Engine.StreamSocket {
  /** What leads an engine to a socket like this. */
  static final class Address extends SocketAddress {
    private static final long serialVersionUID = 1L;
    private final transient RecordingTransport owner;

    Address(RecordingTransport owner) {
      this.owner = owner;
    }

    RecordedSocket open(MemoryEngine engine, Engine.Ready ready) {
      return owner.opened(new RecordedSocket(engine, ready));
    }
  }

  final ByteArrayOutputStream written = new ByteArrayOutputStream();
  final Map<Class<?>, Object> capabilities = new LinkedHashMap<>();
  private final Deque<ByteBuffer> incoming = new ArrayDeque<>();
  private @Nullable SocketAddress local;
  private @Nullable SocketAddress peer;
  private @Nullable IOException failure;
  private boolean ended;
  private boolean stalled;
  private boolean outputShut;
  private boolean aborted;

  private RecordedSocket(MemoryEngine engine, Engine.Ready ready) {
    super(engine, ready);
  }

  // ---- The test's side ------------------------------------------------------------------------

  void addresses(SocketAddress newLocal, SocketAddress newPeer) {
    local = newLocal;
    peer = newPeer;
  }

  void deliver(byte[] bytes) {
    if (bytes.length > 0) {
      incoming.add(ByteBuffer.wrap(bytes.clone()));
      changed();
    }
  }

  void end() {
    ended = true;
    changed();
  }

  void fail(IOException why) {
    failure = why;
    incoming.clear();
    changed();
  }

  void stall(boolean on) {
    stalled = on;
    changed();
  }

  boolean isOutputShut() {
    return outputShut;
  }

  boolean isAborted() {
    return aborted;
  }

  // ---- The transport's side -------------------------------------------------------------------

  @Override
  boolean readable() {
    return ended || failure != null || !incoming.isEmpty();
  }

  @Override
  boolean writable() {
    return !stalled;
  }

  @Override
  public boolean finishConnect() {
    return true;
  }

  /** Reads one delivery, or a part of it. */
  @Override
  public int read(ByteBuffer into) throws IOException {
    checkOpen();
    if (failure != null) {
      throw failure;
    }
    ByteBuffer first = incoming.peek();
    if (first == null) {
      return ended ? -1 : 0;
    }
    int count = Math.min(into.remaining(), first.remaining());
    into.put(first.slice(first.position(), count));
    first.position(first.position() + count);
    if (!first.hasRemaining()) {
      incoming.remove();
    }
    return count;
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    checkWritable();
    long total = 0;
    for (int i = offset; i < offset + length && !stalled; i++) {
      byte[] bytes = new byte[from[i].remaining()];
      from[i].get(bytes);
      written.writeBytes(bytes);
      total += bytes.length;
    }
    return total;
  }

  @Override
  public long sendFile(FileChannel file, long position, long count) throws IOException {
    checkWritable();
    if (stalled) {
      return 0;
    }
    ByteBuffer part = ByteBuffer.allocate((int) Math.min(count, 65_536));
    int read = file.read(part, position);
    written.write(part.array(), 0, Math.max(0, read));
    return Math.max(0, read);
  }

  private void checkWritable() throws IOException {
    checkOpen();
    if (failure != null) {
      throw failure;
    }
    if (outputShut) {
      throw failure("Broken pipe");
    }
  }

  @Override
  public void shutdownOutput() {
    outputShut = true;
  }

  @Override
  public void close() {
    outputShut = true;
    release();
  }

  @Override
  public void abort() {
    aborted = true;
    close();
  }

  @Override
  public String layer() {
    return "recorded";
  }

  @Override
  public @Nullable Object capability(Class<?> wanted) {
    return capabilities.get(wanted);
  }

  @Override
  public SocketAddress local() {
    return java.util.Objects.requireNonNull(local);
  }

  @Override
  public SocketAddress peer() {
    return java.util.Objects.requireNonNull(peer);
  }
}
