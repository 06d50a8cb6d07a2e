package io.tendril.core.internal.net;

import static io.tendril.core.internal.net.StreamTransport.BLOCKED;
import static io.tendril.core.internal.net.StreamTransport.CLOSING;
import static io.tendril.core.internal.net.StreamTransport.DEAD;
import static io.tendril.core.internal.net.StreamTransport.DIRTY;
import static io.tendril.core.internal.net.StreamTransport.FULL;
import static io.tendril.core.internal.net.StreamTransport.IN_CALL;
import static io.tendril.core.internal.net.StreamTransport.LINGERING;
import static io.tendril.core.internal.net.StreamTransport.SECURING;
import static io.tendril.core.internal.net.StreamTransport.SHUT;
import static io.tendril.core.internal.net.StreamTransport.SHUT_WANTED;
import static io.tendril.core.internal.net.StreamTransport.UNCOUPLED;
import static io.tendril.core.internal.net.StreamTransport.WAKING;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.ReactorEvent;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.unix.DescriptorPassing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way out, for all connections of a network. Writes are copied into chunks, and a connection
 * that has some is dirty until the current call of the loop ends; then each is flushed in one
 * system call.
 */
final class Outflow {
  private static final int CHUNK = 16 << 10;

  /** How much one call may collect before it is sent ahead of its end. */
  private static final int COLLECT = 64 << 10;

  /**
   * What is left of a chunk below this is copied out, so that a slow peer does not hold a chunk.
   */
  private static final int SMALL = 4 << 10;

  /** The most that is sent of one connection in a row. */
  private static final long SLICE = 1 << 20;

  private static final int SPARE_CHUNKS = 64;
  private static final int SPARE_OUTBOUNDS = 64;

  /** P4: the most that may wait in one connection. */
  private static final long LIMIT = 16 << 20;

  /** P4: how long an output over the high mark, or at the end, may stand still. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SocketNetwork network;
  private final List<ByteBuffer> spareChunks = new ArrayList<>();
  private final List<Outbound> spareOutbounds = new ArrayList<>();
  private final ByteBuffer[] gather = new ByteBuffer[16];
  private final int[] offered = new int[16];
  private StreamTransport[] dirty = new StreamTransport[64];
  private int dirtyCount;
  private long total;

  /** Chunks that connections have. */
  private int lent;

  Outflow(SocketNetwork network) {
    this.network = network;
  }

  /** Bytes that wait to be sent, over all connections and their layers, as far as they count. */
  long total() {
    return total;
  }

  // ---- In -------------------------------------------------------------------------------------

  /** Bytes of a connection that the kernel has not accepted, over all layers. */
  long waiting(StreamTransport transport) {
    Outbound outbound = transport.outbound;
    return (outbound == null ? 0 : outbound.waiting()) + transport.socket.unsent();
  }

  private static boolean closed(StreamTransport transport) {
    return transport.is(DEAD | CLOSING | SHUT_WANTED);
  }

  void write(StreamTransport transport, ByteBuffer data) {
    int length = data.remaining();
    if (length == 0 || closed(transport)) {
      take(data);
      return;
    }
    Outbound outbound = outbound(transport);
    int from = data.position();
    while (length > 0) {
      ByteBuffer chunk = tail(outbound);
      int end = chunk.limit();
      int count = Math.min(length, chunk.capacity() - end);
      chunk.limit(end + count);
      chunk.put(end, data, from, count);
      from += count;
      length -= count;
      count(outbound, count);
      if (outbound.counted >= COLLECT && !transport.is(BLOCKED)) {
        send(transport, outbound);
        if (closed(transport)) {
          break;
        }
        outbound = outbound(transport);
      }
    }
    take(data);
    dirty(transport);
    judge(transport);
  }

  /** Moves the position to the limit, except of a prepared buffer, which is written many times. */
  private static void take(ByteBuffer data) {
    if (!data.isReadOnly()) {
      data.position(data.limit());
    }
  }

  private ByteBuffer tail(Outbound outbound) {
    if (outbound.last() instanceof ByteBuffer chunk && chunk.limit() < chunk.capacity()) {
      return chunk;
    }
    ByteBuffer chunk = chunk().limit(0);
    outbound.add(chunk);
    return chunk;
  }

  private ByteBuffer chunk() {
    lent++;
    return spareChunks.isEmpty()
        ? network.engine.allocate(CHUNK)
        : spareChunks.removeLast().clear();
  }

  /** How many chunks connections have. */
  int lent() {
    return lent;
  }

  Deferred<Void> queue(StreamTransport transport, ByteBuffer data, boolean counted) {
    Promise<Void> promise = network.reactor.promise();
    if (closed(transport)) {
      promise.fail(network.closing.reason(transport));
    } else if (!data.hasRemaining()) {
      promise.succeed();
    } else {
      Outbound outbound = outbound(transport);
      var segment = new Outbound.Owned(data, promise, counted);
      outbound.add(segment);
      promise.onCancel(() -> giveBack(transport, segment));
      if (counted) {
        count(outbound, data.remaining());
      } else {
        outbound.exempt += data.remaining();
      }
      dirty(transport);
      judge(transport);
    }
    return promise.deferred();
  }

  /** Takes descriptors over, and sends them with bytes. */
  Deferred<Void> pass(
      StreamTransport transport, ByteBuffer data, List<? extends Descriptor> descriptors) {
    int length = data.remaining();
    if (length == 0 || descriptors.size() > DescriptorPassing.MOST) {
      throw new IllegalArgumentException(
          length + " bytes and " + descriptors.size() + " descriptors");
    }
    Promise<Void> promise = network.reactor.promise();
    // Not of the size of a chunk, as recycle tells these.
    ByteBuffer copy = ByteBuffer.allocate(length == CHUNK ? length + 1 : length);
    var segment =
        new Outbound.Passing(copy.put(data.duplicate()).flip(), taken(descriptors), promise);
    take(data);
    if (closed(transport)) {
      segment.close();
      promise.fail(network.closing.reason(transport));
      return promise.deferred();
    }
    Outbound outbound = outbound(transport);
    outbound.add(segment);
    count(outbound, length);
    dirty(transport);
    judge(transport);
    return promise.deferred();
  }

  private static List<Descriptor> taken(List<? extends Descriptor> descriptors) {
    List<Descriptor> taken = new ArrayList<>(descriptors.size());
    try {
      for (Descriptor each : descriptors) {
        taken.add(Descriptor.adopt(each.release()));
      }
    } catch (RuntimeException e) {
      taken.forEach(Descriptor::close);
      throw e;
    }
    return taken;
  }

  /** Sends what is in a pipe, and gives the pipe back then. */
  void relay(StreamTransport transport, Splicing.Pipe pipe) {
    Outbound outbound = outbound(transport);
    outbound.add(pipe);
    count(outbound, pipe.held());
    if (!transport.is(BLOCKED)) {
      send(transport, outbound); // now, so that few pipes do for all
    }
    dirty(transport);
    judge(transport);
  }

  /** Fires when what has been written is with the kernel, which the end of a connection is not. */
  Deferred<Void> flushed(StreamTransport transport) {
    Promise<Void> promise = network.reactor.promise();
    if (transport.is(DEAD)) {
      promise.fail(network.closing.reason(transport));
    } else if (transport.outbound == null && allSent(transport)) {
      promise.succeed();
    } else if (transport.is(DEAD)) {
      promise.fail(network.closing.reason(transport));
    } else {
      var mark = new Outbound.Flush(promise);
      outbound(transport).add(mark);
      promise.onCancel(() -> withdraw(transport, mark, 0));
      dirty(transport);
    }
    return promise.deferred();
  }

  /** Whether the layers of a connection have nothing; false if it has ended by that. */
  private boolean allSent(StreamTransport transport) {
    try {
      transport.socket.checkSent();
    } catch (IOException e) {
      network.closing.lost(transport, e);
      return false;
    }
    return transport.socket.unsent() == 0;
  }

  Deferred<Long> queueFile(StreamTransport transport, FileChannel file, long at, long count) {
    if (at < 0 || count < 0) {
      throw new IllegalArgumentException("bytes " + at + " to " + (at + count) + " of a file");
    }
    Promise<Long> promise = network.reactor.promise();
    if (closed(transport)) {
      promise.fail(network.closing.reason(transport));
    } else if (count == 0) {
      promise.succeed(0L);
    } else {
      Outbound outbound = outbound(transport);
      var segment = new Outbound.FileRegion(file, at, count, promise);
      outbound.add(segment);
      promise.onCancel(() -> withdraw(transport, segment, segment.end - segment.position));
      outbound.exempt += count;
      dirty(transport);
      judge(transport);
    }
    return promise.deferred();
  }

  /** Puts a mark behind what has been written: when that is sent, the handshake begins. */
  void mark(StreamTransport transport, Securing.Handshake handshake) {
    outbound(transport).add(handshake);
    dirty(transport);
  }

  /** The writer has cancelled, and may touch its buffer from here on. */
  private void giveBack(StreamTransport transport, Outbound.Owned segment) {
    if (!segment.counted()) {
      withdraw(transport, segment, segment.data().remaining());
    } else if (transport.outbound != null) {
      ByteBuffer left = segment.data();
      int size = left.remaining();
      ByteBuffer copy = size == CHUNK ? chunk() : ByteBuffer.allocate(size); // as recycle tells
      if (!transport.outbound.replace(segment, copy.put(left.duplicate()).flip())) {
        recycle(copy);
      }
    }
  }

  /** The writer has cancelled: what is left of it will not be sent. */
  private void withdraw(StreamTransport transport, Object segment, long left) {
    Outbound outbound = transport.outbound;
    if (outbound == null || !outbound.remove(segment)) {
      return;
    }
    outbound.exempt -= left;
    if (outbound.isEmpty()) {
      transport.clear(BLOCKED);
      transport.interest();
    }
    dirty(transport);
    judge(transport);
  }

  private Outbound outbound(StreamTransport transport) {
    Outbound outbound = transport.outbound;
    if (outbound == null) {
      outbound = spareOutbounds.isEmpty() ? new Outbound() : spareOutbounds.removeLast();
      transport.outbound = outbound;
    }
    return outbound;
  }

  private void count(Outbound outbound, long bytes) {
    outbound.counted += bytes;
    total += bytes;
  }

  // ---- Flushing -------------------------------------------------------------------------------

  /** Notes that a connection has something to do when the current call ends. */
  void dirty(StreamTransport transport) {
    if (!transport.is(DIRTY | DEAD)) {
      transport.set(DIRTY);
      if (dirtyCount == dirty.length) {
        dirty = Arrays.copyOf(dirty, dirtyCount * 2);
      }
      dirty[dirtyCount++] = transport;
      network.reactor.touched();
    }
  }

  boolean hasDirty() {
    return dirtyCount > 0;
  }

  /** Flushes all that are dirty: the end of a call. */
  @SuppressWarnings("NullAway") // a slot that is not in use holds nothing
  void flush() {
    for (int i = 0; i < dirtyCount; i++) {
      StreamTransport transport = dirty[i];
      dirty[i] = null;
      transport.clear(DIRTY);
      if (transport.is(BLOCKED)) {
        watch(transport);
      } else if (!transport.is(DEAD)) {
        flush(transport);
      }
    }
    dirtyCount = 0;
  }

  /** Sends what the kernel takes of one connection, and goes on with its closing. */
  void flush(StreamTransport transport) {
    Outbound outbound = transport.outbound;
    if (outbound != null) {
      send(transport, outbound);
    }
    if (transport.is(DEAD)) {
      return;
    }
    judge(transport);
    if (transport.outbound != null) {
      watch(transport);
    } else if (!waitsForLayers(transport)) {
      sent(transport);
    }
  }

  /**
   * Whether layers of the socket have still to send; then the connection is told when they have.
   */
  boolean waitsForLayers(StreamTransport transport) {
    if (transport.socket.unsent() == 0) {
      return false;
    }
    transport.set(BLOCKED);
    transport.interest();
    watch(transport);
    return true;
  }

  private void sent(StreamTransport transport) {
    if (transport.is(CLOSING)) {
      if (!transport.is(LINGERING)) {
        network.closing.linger(transport);
      }
    } else if (transport.is(SHUT_WANTED) && !transport.is(SHUT | SECURING)) {
      network.closing.shut(transport);
    }
  }

  private void send(StreamTransport transport, Outbound outbound) {
    long before = waiting(transport);
    try {
      for (long sent = 0; !outbound.isEmpty() && sent < SLICE; ) {
        if (outbound.first() instanceof Securing.Handshake handshake) {
          if (transport.is(IN_CALL)) {
            break; // the call may leave bytes unread, which then came too early
          }
          outbound.removeFirst();
          handshake.begin();
          if (transport.outbound != outbound) {
            return; // it has failed
          }
          continue;
        }
        if (outbound.first() instanceof Outbound.Flush mark) {
          transport.socket.checkSent();
          if (transport.socket.unsent() > 0) {
            break;
          }
          outbound.removeFirst();
          network.reactor.later(() -> succeed(mark.promise(), null));
          continue;
        }
        long count =
            switch (outbound.first()) {
              case Outbound.FileRegion region -> sendFile(transport, outbound, region);
              case Outbound.Passing passing -> sendPassing(transport, outbound, passing);
              case Splicing.Pipe pipe -> sendPiped(transport, outbound, pipe);
              case null, default -> sendBuffers(transport, outbound);
            };
        if (count < 0) {
          break;
        }
        sent += count;
      }
    } catch (IOException e) {
      Arrays.fill(gather, null);
      IOException unreadable = unreadable(outbound);
      if (unreadable != null) {
        // With a reset: an end would pass for the end of the file.
        network.closing.dead(
            transport, new ConnectionClosed.Lost(transport.peer(), unreadable), true);
      } else {
        network.closing.lost(transport, e);
      }
      return;
    }
    if (outbound.isEmpty()) {
      transport.outbound = null;
      recycle(outbound);
    } else {
      transport.set(BLOCKED);
      transport.interest();
      shrink(outbound);
      if (waiting(transport) != before && transport.extras != null) {
        transport.extras.progress = network.reactor.clock().nanoTime();
      }
    }
  }

  /** Sends buffers up to the next file: the count, or -1 if the kernel took nothing. */
  private long sendBuffers(StreamTransport transport, Outbound outbound) throws IOException {
    int count = 0;
    while (count < Math.min(outbound.size(), gather.length)) {
      ByteBuffer buffer = memory(outbound.at(count));
      if (buffer == null) {
        break;
      }
      offered[count] = buffer.remaining();
      gather[count++] = buffer;
    }
    long sent = transport.socket.write(gather, 0, count);
    for (int i = 0; i < count; i++) {
      ByteBuffer buffer = gather[i];
      forget(i);
      accepted(outbound, offered[i] - buffer.remaining(), !buffer.hasRemaining());
    }
    return sent == 0 ? -1 : sent;
  }

  private static @Nullable ByteBuffer memory(Object segment) {
    return switch (segment) {
      case ByteBuffer chunk -> chunk;
      case Outbound.Owned owned -> owned.data();
      default -> null;
    };
  }

  @SuppressWarnings("NullAway") // a slot that is not in use holds nothing
  private void forget(int slot) {
    gather[slot] = null;
  }

  /** Books what the kernel took of the first segment, which goes when nothing of it is left. */
  private void accepted(Outbound outbound, int bytes, boolean all) {
    Object segment = outbound.first();
    if (segment instanceof Outbound.Owned owned && !owned.counted()) {
      outbound.exempt -= bytes;
    } else {
      count(outbound, -bytes);
    }
    if (all) {
      outbound.removeFirst();
      if (segment instanceof ByteBuffer chunk) {
        recycle(chunk);
      } else if (segment instanceof Outbound.Owned owned && !owned.promise().isDone()) {
        network.reactor.later(() -> succeed(owned.promise(), null));
      }
    }
  }

  private static <T> void succeed(Promise<T> promise, @Nullable T value) {
    if (!promise.isDone()) {
      promise.succeed(value);
    }
  }

  /** Sends descriptors with bytes: the count, or -1 if the kernel took nothing. */
  private long sendPassing(StreamTransport transport, Outbound outbound, Outbound.Passing passing)
      throws IOException {
    ByteBuffer data = passing.data();
    long sent = transport.socket.pass(data, passing.descriptors());
    if (sent == 0) {
      return -1;
    }
    passing.close();
    count(outbound, -sent);
    if (data.hasRemaining()) {
      outbound.replaceFirst(data);
    } else {
      outbound.removeFirst();
    }
    network.reactor.later(() -> succeed(passing.promise(), null));
    return sent;
  }

  /** Sends of a pipe: the count, or -1 if the kernel took nothing. */
  private long sendPiped(StreamTransport transport, Outbound outbound, Splicing.Pipe pipe)
      throws IOException {
    int sent = ((Splicing) transport.socket).send(pipe);
    count(outbound, -sent);
    if (pipe.held() == 0) {
      outbound.removeFirst();
      pipe.release();
    }
    return sent == 0 ? -1 : sent;
  }

  /** Sends of a file: the count, or -1 if the kernel took nothing. */
  private long sendFile(StreamTransport transport, Outbound outbound, Outbound.FileRegion region)
      throws IOException {
    long wanted = Math.min(region.end - region.position, SLICE);
    long sent = transport.socket.sendFile(region.file, region.position, wanted);
    region.position += sent;
    outbound.exempt -= sent;
    boolean cutShort = sent == 0 && region.position >= region.file.size();
    if (region.position == region.end || cutShort) {
      outbound.exempt -= region.end - region.position;
      outbound.removeFirst();
      network.reactor.later(() -> succeed(region.promise, region.position - region.start));
      return sent;
    }
    return sent == 0 ? -1 : sent;
  }

  /** Whether it is the file that is to be sent now that has failed, and not the connection. */
  private static @Nullable IOException unreadable(Outbound outbound) {
    if (outbound.first() instanceof Outbound.FileRegion region) {
      try {
        region.file.read(ByteBuffer.allocate(1), region.position);
      } catch (IOException e) {
        return new IOException("cannot read the file that is sent: " + e, e);
      }
    }
    return null;
  }

  /** Copies the little that is left of a chunk, so that a slow peer does not hold all of it. */
  private void shrink(Outbound outbound) {
    if (outbound.size() == 1
        && outbound.first() instanceof ByteBuffer chunk
        && chunk.capacity() == CHUNK
        && chunk.remaining() < SMALL) {
      outbound.replaceFirst(ByteBuffer.allocate(chunk.remaining()).put(chunk).flip());
      recycle(chunk);
    }
  }

  private void recycle(ByteBuffer chunk) {
    if (chunk.capacity() != CHUNK) {
      return; // a copy of what was left
    }
    lent--;
    if (spareChunks.size() < SPARE_CHUNKS) {
      spareChunks.add(chunk);
    }
  }

  private void recycle(Outbound outbound) {
    if (spareOutbounds.size() < SPARE_OUTBOUNDS) {
      outbound.reset();
      spareOutbounds.add(outbound);
    }
  }

  /** Drops what is left of a connection that is gone. */
  void drop(StreamTransport transport, ConnectionClosed reason) {
    keeps(transport, 0);
    Outbound outbound = transport.outbound;
    if (outbound == null) {
      return;
    }
    transport.outbound = null;
    total -= outbound.counted;
    for (int i = 0; i < outbound.size(); i++) {
      switch (outbound.at(i)) {
        case ByteBuffer chunk -> recycle(chunk);
        case Splicing.Pipe pipe -> pipe.release();
        case Outbound.Owned owned -> fail(owned.promise(), reason);
        case Outbound.FileRegion region -> fail(region.promise, reason);
        case Outbound.Passing passing -> {
          passing.close();
          fail(passing.promise(), reason);
        }
        case Outbound.Flush mark -> fail(mark.promise(), reason);
        default -> {}
      }
    }
    recycle(outbound);
  }

  private void fail(Promise<?> promise, ConnectionClosed reason) {
    network.reactor.later(() -> {
      if (!promise.isDone()) {
        promise.fail(reason);
      }
    });
  }

  // ---- Backpressure ---------------------------------------------------------------------------

  /** Holds what waits against the marks and the limits. */
  void judge(StreamTransport transport) {
    if (transport.is(DEAD)) {
      return;
    }
    Outbound outbound = transport.outbound;
    long unsent = transport.socket.unsent();
    keeps(transport, unsent);
    long waiting = (outbound == null ? 0 : outbound.waiting()) + unsent;
    Extras extras = transport.extras;
    if (!transport.is(FULL)) {
      if (waiting > (extras == null ? Extras.HIGH : extras.high)) {
        transport.set(FULL);
        full(transport, waiting);
      }
    } else if (waiting <= (extras == null ? Extras.LOW : extras.low)) {
      transport.clear(FULL);
      wake(transport);
      network.inflow.resumed(transport);
    }
    if (outbound != null && outbound.counted > LIMIT) {
      exceeded(transport, LIMIT + " bytes waiting to be sent");
    } else if (total > network.reactor.options().outboundBudget()) {
      shed();
    }
  }

  /** Counts what the layers of a connection keep, whoever's bytes they are. */
  private void keeps(StreamTransport transport, long unsent) {
    total += unsent - transport.unsent;
    transport.unsent = unsent;
  }

  private void full(StreamTransport transport, long waiting) {
    if (!transport.is(UNCOUPLED)) {
      transport.interest();
      if (network.reactor.observed()) {
        network.reactor.report(new ReactorEvent.ReadingPaused(transport.peer(), waiting));
      }
    }
  }

  /** Calls those who wait for more to be welcome, not from inside of anything. */
  void wake(StreamTransport transport) {
    Extras extras = transport.extras;
    if (extras == null || extras.onWritable.isEmpty() || transport.is(WAKING)) {
      return;
    }
    transport.set(WAKING);
    network.reactor.later(() -> {
      transport.clear(WAKING);
      int left = extras.onWritable.size();
      for (; left > 0 && !extras.onWritable.isEmpty() && transport.writable(); left--) {
        callWritable(extras.onWritable.removeFirst());
      }
      if (transport.writable()) {
        wake(transport); // for those who came meanwhile
      }
    });
  }

  private void callWritable(Runnable action) {
    try {
      action.run();
    } catch (Throwable e) {
      network.reactor.failed("onWritable", e);
    }
  }

  private void exceeded(StreamTransport transport, String limit) {
    network.closing.dead(
        transport, new ConnectionClosed.LimitExceeded(transport.peer(), limit), true);
  }

  /** The budget of the reactor is spent: the connection that holds most goes first. */
  private void shed() {
    StreamTransport largest = network.largestOutbound();
    if (largest != null) {
      exceeded(
          largest,
          network.reactor.options().outboundBudget()
              + " bytes waiting to be sent over all connections, most of them here");
    }
  }

  /** Sees to it that an output that matters does not stand still for ever. */
  private void watch(StreamTransport transport) {
    if (!transport.is(FULL | CLOSING | SHUT_WANTED)) {
      return;
    }
    Extras extras = transport.extras();
    if (extras.stall == null) {
      extras.progress = network.reactor.clock().nanoTime();
      extras.unsent = transport.socket.unsent();
      watchFor(transport, extras, PATIENCE.toNanos());
    }
  }

  private void watchFor(StreamTransport transport, Extras extras, long nanos) {
    extras.stall =
        network.reactor.callInside(
            Duration.ofNanos(nanos),
            () -> {
              extras.stall = null;
              stalled(transport, extras);
            });
  }

  private void stalled(StreamTransport transport, Extras extras) {
    long waiting = waiting(transport);
    if (waiting == 0 || !transport.is(FULL | CLOSING | SHUT_WANTED)) {
      return;
    }
    if (transport.socket.unsent() != extras.unsent) {
      extras.unsent = transport.socket.unsent();
      extras.progress = network.reactor.clock().nanoTime();
    }
    long left = extras.progress + PATIENCE.toNanos() - network.reactor.clock().nanoTime();
    if (left > 0) {
      watchFor(transport, extras, left);
    } else {
      String what = waiting + " bytes waited and the peer took none";
      network.closing.dead(
          transport, new ConnectionClosed.TimedOut(transport.peer(), what, PATIENCE), true);
    }
  }
}
