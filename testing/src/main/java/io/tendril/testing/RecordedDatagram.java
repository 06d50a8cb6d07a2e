package io.tendril.testing;

import io.tendril.spi.Engine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A datagram socket whose other side is the test: see {@link RecordingDatagramTransport}. */
final class RecordedDatagram extends MemorySocket implements Engine.DatagramSocket {
  private record Arrival(ByteBuffer bytes, @Nullable InetSocketAddress from) {}

  final List<RecordingDatagramTransport.Sent> sent = new ArrayList<>();
  private final InetSocketAddress local;
  private final @Nullable InetSocketAddress peer;
  private final Deque<Arrival> arrivals = new ArrayDeque<>();
  private final MemoryGroups groups;
  private boolean stalled;

  RecordedDatagram(
      MemoryEngine engine,
      InetSocketAddress local,
      @Nullable InetSocketAddress peer,
      Engine.Ready ready) {
    super(engine, ready);
    this.local = local;
    this.peer = peer;
    this.groups = new MemoryGroups(engine.host(), local.getAddress());
  }

  void deliver(byte[] bytes, InetSocketAddress from) {
    arrivals.add(new Arrival(ByteBuffer.wrap(bytes.clone()), from));
    changed();
  }

  /** Says that nobody is there. */
  void refuse() {
    arrivals.add(new Arrival(ByteBuffer.allocate(0), null));
    changed();
  }

  void stall(boolean on) {
    stalled = on;
    changed();
  }

  @Override
  boolean readable() {
    return !arrivals.isEmpty();
  }

  @Override
  boolean writable() {
    return !stalled;
  }

  @Override
  public @Nullable InetSocketAddress receive(ByteBuffer into) throws IOException {
    checkOpen();
    Arrival first = arrivals.poll();
    if (first == null) {
      return null;
    }
    if (first.from == null) {
      throw new PortUnreachableException();
    }
    into.put(first.bytes.limit(Math.min(into.remaining(), first.bytes.limit())));
    return first.from;
  }

  @Override
  public boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException {
    checkOpen();
    if (stalled) {
      return false;
    }
    if (data.remaining() > MemoryDatagram.LONGEST) {
      throw failure("Message too long");
    }
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    sent.add(
        new RecordingDatagramTransport.Sent(
            ByteBuffer.wrap(bytes).asReadOnlyBuffer(),
            Objects.requireNonNull(to != null ? to : peer)));
    return true;
  }

  @Override
  public MemoryGroups groups() {
    return groups;
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  @Override
  public void close() {
    release();
  }
}
