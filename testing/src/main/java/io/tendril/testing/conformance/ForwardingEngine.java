package io.tendril.testing.conformance;

import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.Blocking;
import io.tendril.spi.Carrier;
import io.tendril.spi.Children;
import io.tendril.spi.DatagramGroups;
import io.tendril.spi.Descriptors;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import io.tendril.spi.TimeSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * An engine that leaves everything to another one. Subclasses change one thing: count, fail, break.
 * Every stream socket, accepted or connecting, passes through {@link #stream}.
 */
public class ForwardingEngine implements Engine {
  private final Engine engine;

  public ForwardingEngine(Engine engine) {
    this.engine = engine;
  }

  /** Wraps a stream socket of the engine behind this one. */
  protected StreamSocket stream(StreamSocket socket) {
    return socket;
  }

  /** Wraps a listening socket of the engine behind this one. */
  protected ListenSocket listener(ListenSocket socket) {
    return new ForwardingListener(socket);
  }

  /** Wraps a datagram socket of the engine behind this one. */
  protected DatagramSocket datagram(DatagramSocket socket) {
    return socket;
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public TimeSource clock() {
    return engine.clock();
  }

  @Override
  public void await(long nanos) throws IOException {
    engine.await(nanos);
  }

  @Override
  public boolean watchable() {
    return engine.watchable();
  }

  @Override
  public void watch(long nanos) throws IOException {
    engine.watch(nanos);
  }

  @Override
  public OptionalInt descriptor() {
    return engine.descriptor();
  }

  @Override
  public void wakeup() {
    engine.wakeup();
  }

  @Override
  public ByteBuffer allocate(int capacity) {
    return engine.allocate(capacity);
  }

  @Override
  public ListenSocket listen(SocketAddress address, SocketSettings options, Ready ready)
      throws IOException {
    return listener(engine.listen(address, options, ready));
  }

  @Override
  public StreamSocket connect(SocketAddress address, SocketSettings options, Ready ready)
      throws IOException {
    return stream(engine.connect(address, options, ready));
  }

  @Override
  public DatagramSocket datagram(
      @Nullable InetSocketAddress local,
      @Nullable InetSocketAddress peer,
      SocketSettings options,
      Ready ready)
      throws IOException {
    return datagram(engine.datagram(local, peer, options, ready));
  }

  @Override
  public UnixDatagramSocket unixDatagram(
      @Nullable UnixAddress local, @Nullable UnixAddress peer, SocketSettings options, Ready ready)
      throws IOException {
    return engine.unixDatagram(local, peer, options, ready);
  }

  @Override
  public boolean handsOver() {
    return engine.handsOver();
  }

  @Override
  public @Nullable StreamSocket takeOver(Handover connection, SocketSettings options)
      throws IOException {
    StreamSocket taken = engine.takeOver(connection, options);
    return taken == null ? null : stream(taken);
  }

  @Override
  public ListenSocket takeOver(Handover socket, Ready ready) throws IOException {
    return listener(engine.takeOver(socket, ready));
  }

  @Override
  public FileChannel toSend(FileChannel file, Path path, @Nullable Object key) {
    return engine.toSend(file, path, key);
  }

  @Override
  public @Nullable Blocking blocking(String name, int threads, int queue) {
    return engine.blocking(name, threads, queue);
  }

  @Override
  public @Nullable Descriptors descriptors() {
    return engine.descriptors();
  }

  @Override
  public @Nullable Children children() {
    return engine.children();
  }

  @Override
  public @Nullable Carrier carrier() {
    return engine.carrier();
  }

  @Override
  public void close() {
    engine.close();
  }

  /** A listening socket whose connections pass through {@link ForwardingEngine#stream}. */
  public class ForwardingListener implements ListenSocket {
    private final ListenSocket socket;

    public ForwardingListener(ListenSocket socket) {
      this.socket = socket;
    }

    @Override
    public @Nullable StreamSocket accept(SocketSettings options) throws IOException {
      StreamSocket accepted = socket.accept(options);
      return accepted == null ? null : stream(accepted);
    }

    @Override
    public @Nullable Handover acceptForOther() throws IOException {
      return socket.acceptForOther();
    }

    @Override
    public Handover handOver() throws IOException {
      return socket.handOver();
    }

    @Override
    public void interest(boolean readable, boolean writable) {
      socket.interest(readable, writable);
    }

    @Override
    public SocketAddress local() {
      return socket.local();
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  /** A stream socket that leaves everything to another one. */
  public static class ForwardingStream implements StreamSocket {
    private final StreamSocket socket;

    public ForwardingStream(StreamSocket socket) {
      this.socket = socket;
    }

    @Override
    public void ready(Ready ready) {
      socket.ready(ready);
    }

    @Override
    public String layer() {
      return socket.layer();
    }

    @Override
    public @Nullable StreamSocket lower() {
      return socket.lower();
    }

    @Override
    public @Nullable Object capability(Class<?> wanted) {
      return socket.capability(wanted);
    }

    @Override
    public boolean finishConnect() throws IOException {
      return socket.finishConnect();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      return socket.read(into);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
      return socket.write(from, offset, length);
    }

    @Override
    public long sendFile(FileChannel file, long position, long count) throws IOException {
      return socket.sendFile(file, position, count);
    }

    @Override
    public long unsent() {
      return socket.unsent();
    }

    @Override
    public void checkSent() throws IOException {
      socket.checkSent();
    }

    @Override
    public boolean lingers() {
      return socket.lingers();
    }

    @Override
    public boolean drained() throws IOException {
      return socket.drained();
    }

    @Override
    public boolean passesDescriptors() {
      return socket.passesDescriptors();
    }

    @Override
    public long pass(ByteBuffer data, List<? extends Descriptor> descriptors) throws IOException {
      return socket.pass(data, descriptors);
    }

    @Override
    public List<? extends Descriptor> passed() {
      return socket.passed();
    }

    @Override
    public void shutdownOutput() throws IOException {
      socket.shutdownOutput();
    }

    @Override
    public void abort() {
      socket.abort();
    }

    @Override
    public SocketAddress peer() {
      return socket.peer();
    }

    @Override
    public void interest(boolean readable, boolean writable) {
      socket.interest(readable, writable);
    }

    @Override
    public SocketAddress local() {
      return socket.local();
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  /** A datagram socket that leaves everything to another one. */
  public static class ForwardingDatagram implements DatagramSocket {
    private final DatagramSocket socket;

    public ForwardingDatagram(DatagramSocket socket) {
      this.socket = socket;
    }

    @Override
    public @Nullable InetSocketAddress receive(ByteBuffer into) throws IOException {
      return socket.receive(into);
    }

    @Override
    public boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException {
      return socket.send(data, to);
    }

    @Override
    public @Nullable DatagramGroups groups() {
      return socket.groups();
    }

    @Override
    public void interest(boolean readable, boolean writable) {
      socket.interest(readable, writable);
    }

    @Override
    public SocketAddress local() {
      return socket.local();
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
