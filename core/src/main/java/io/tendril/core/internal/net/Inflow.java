package io.tendril.core.internal.net;

import static io.tendril.core.internal.net.StreamTransport.CLOSING;
import static io.tendril.core.internal.net.StreamTransport.DEAD;
import static io.tendril.core.internal.net.StreamTransport.ENDED;
import static io.tendril.core.internal.net.StreamTransport.END_TOLD;
import static io.tendril.core.internal.net.StreamTransport.FULL;
import static io.tendril.core.internal.net.StreamTransport.HANDED_OVER;
import static io.tendril.core.internal.net.StreamTransport.HELD;
import static io.tendril.core.internal.net.StreamTransport.IN_CALL;
import static io.tendril.core.internal.net.StreamTransport.LINGERING;
import static io.tendril.core.internal.net.StreamTransport.MADE;
import static io.tendril.core.internal.net.StreamTransport.PAUSED;
import static io.tendril.core.internal.net.StreamTransport.RESUMING;
import static io.tendril.core.internal.net.StreamTransport.SECURING;
import static io.tendril.core.internal.net.StreamTransport.SHUT;
import static io.tendril.core.internal.net.StreamTransport.UNCOUPLED;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.descriptor.Descriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The way in, for all connections of a network: reads into one buffer that all share, and keeps
 * what a protocol leaves unread.
 *
 * <p>What is kept, when it is little, is copied in front of the next bytes; when it is much, the
 * next bytes are read in behind it. Either way the work is linear in the bytes, however they are
 * cut.
 */
final class Inflow {
  private static final int BUFFER = 64 << 10;

  /** Up to so much, what is kept is copied in front of the next bytes. */
  private static final int LITTLE = 4 << 10;

  /** Of how much a paused connection is read ahead, so that a reset is noticed. */
  private static final int AHEAD = 16 << 10;

  /** The most reads of one connection in a row. */
  private static final int READS = 4;

  /** What is told of bytes that have been moved. */
  private static final ByteBuffer UNSEEN = ByteBuffer.allocate(0);

  private final SocketNetwork network;
  private final ByteBuffer shared = ByteBuffer.allocate(BUFFER);
  private boolean sharedInUse;

  Inflow(SocketNetwork network) {
    this.network = network;
  }

  // ---- When to read ---------------------------------------------------------------------------

  /** Whether the engine should tell when there is something to read. */
  boolean wanted(StreamTransport transport) {
    if (transport.is(LINGERING)) {
      return true;
    }
    if (transport.is(CLOSING | DEAD | ENDED | SECURING | HELD) || !transport.is(MADE)) {
      return false;
    }
    return transport.is(PAUSED) ? readsAhead(transport) : !fullAndCoupled(transport);
  }

  /** Not beyond descriptors: a peer could pass any number of them. */
  private static boolean readsAhead(StreamTransport transport) {
    return unread(transport) < AHEAD && (transport.extras == null || !transport.extras.hasPassed());
  }

  /** Whether reading waits until enough has been sent. */
  static boolean fullAndCoupled(StreamTransport transport) {
    return transport.is(FULL) && !transport.is(UNCOUPLED);
  }

  /** Whether bytes may be handed to the protocol now. */
  private static boolean deliverable(StreamTransport transport) {
    return !transport.is(PAUSED | CLOSING | DEAD | IN_CALL | SECURING)
        && !fullAndCoupled(transport);
  }

  private static int unread(StreamTransport transport) {
    return transport.kept == null ? 0 : transport.kept.remaining();
  }

  /** Reading may go on: not from inside of this call, first with what is kept. */
  void resumed(StreamTransport transport) {
    transport.interest();
    if (!transport.is(RESUMING | DEAD)) {
      transport.set(RESUMING);
      network.reactor.later(() -> {
        transport.clear(RESUMING);
        goOn(transport);
      });
    }
  }

  private void goOn(StreamTransport transport) {
    if (transport.is(IN_CALL)) {
      transport.set(HELD);
      return;
    }
    if (transport.is(HANDED_OVER)) {
      return; // what is kept goes to the next protocol when it is there
    }
    if (deliverable(transport) && transport.kept != null) {
      present(transport, transport.kept);
      tidy(transport);
    }
    if (deliverable(transport) && transport.is(ENDED) && !transport.is(END_TOLD)) {
      tellEnd(transport);
    }
    transport.interest();
  }

  // ---- Reading --------------------------------------------------------------------------------

  void readable(StreamTransport transport) {
    if (transport.is(LINGERING)) {
      discard(transport);
      return;
    }
    if (transport.is(IN_CALL)) {
      transport.set(HELD);
    }
    for (int i = 0; i < READS && wanted(transport); i++) {
      if (!readOnce(transport)) {
        break;
      }
    }
    transport.interest();
  }

  /** Reads once and delivers: whether there may be more. */
  private boolean readOnce(StreamTransport transport) {
    ByteBuffer kept = transport.kept;
    int count;
    boolean filled;
    try {
      Relay relay = kept == null && !transport.is(PAUSED) ? relay(transport) : null;
      count = relay == null ? Splicing.NEVER : relay.move();
      if (count != Splicing.NEVER) {
        moved(transport, count);
        return count == Splicing.Pipe.SIZE;
      }
      if (transport.is(PAUSED) || (kept != null && kept.remaining() > LITTLE)) {
        kept = roomBehind(transport, transport.is(PAUSED) ? LITTLE : BUFFER / 2);
        int start = kept.position();
        kept.position(kept.limit()).limit(kept.capacity());
        try {
          count = transport.socket.read(kept);
        } finally {
          kept.limit(kept.position()).position(start);
        }
        notePassed(transport);
        filled = kept.limit() == kept.capacity();
        if (count > 0 && deliverable(transport)) {
          present(transport, kept);
        }
        tidy(transport);
      } else {
        return readShared(transport, kept);
      }
    } catch (IOException e) {
      network.closing.lost(transport, e);
      return false;
    }
    if (count < 0) {
      ended(transport);
    }
    return count > 0 && filled;
  }

  /** What has the kernel move what comes; null if we read it. */
  private static @Nullable Relay relay(StreamTransport transport) {
    Extras extras = transport.extras;
    Relay relay = extras == null ? null : extras.relay;
    return relay != null && relay.moves() ? relay : null;
  }

  /** The kernel has moved so much, or -1 for the end: who pipes it sees to the pace. */
  private void moved(StreamTransport transport, int count) {
    if (count < 0) {
      ended(transport);
    } else if (count > 0) {
      transport.extras().consumedBytes += count;
      deliver(transport, UNSEEN);
    }
  }

  private boolean readShared(StreamTransport transport, @Nullable ByteBuffer kept)
      throws IOException {
    ByteBuffer buffer = borrow();
    try {
      if (kept != null) {
        buffer.put(kept.duplicate());
      }
      int count = transport.socket.read(buffer);
      if (count <= 0) {
        if (count < 0) {
          ended(transport);
        }
        return false;
      }
      notePassed(transport);
      boolean filled = !buffer.hasRemaining();
      buffer.flip();
      transport.kept = null;
      present(transport, buffer);
      keep(transport, buffer, kept);
      return filled;
    } finally {
      giveBack(buffer);
    }
  }

  /** Descriptors that came with what was read are told of before it. */
  private static void notePassed(StreamTransport transport) {
    List<? extends Descriptor> came = transport.socket.passed();
    if (!came.isEmpty()) {
      transport.extras().passed(came);
    }
  }

  /** The shared buffer, empty; one of its own for a nested loop. */
  ByteBuffer borrow() {
    if (sharedInUse) {
      return ByteBuffer.allocate(BUFFER);
    }
    sharedInUse = true;
    return shared.clear();
  }

  /** How many are borrowed now, of those that are shared: none between two calls. */
  int lent() {
    return sharedInUse ? 1 : 0;
  }

  void giveBack(ByteBuffer buffer) {
    if (buffer == shared) {
      sharedInUse = false;
    }
    if (network.reactor.debug()) {
      poison(buffer);
    }
  }

  /** Overwrites the buffer, so that whoever holds on to it notices. */
  private static void poison(ByteBuffer buffer) {
    buffer.clear();
    while (buffer.hasRemaining()) {
      buffer.put((byte) 0xDB);
    }
  }

  private static ByteBuffer roomBehind(StreamTransport transport, int room) {
    ByteBuffer kept = transport.kept;
    if (kept == null) {
      kept = ByteBuffer.allocate(room).limit(0);
    } else if (kept.capacity() - kept.limit() < room) {
      int size = kept.remaining();
      if (kept.position() >= size && kept.capacity() - size >= room) {
        kept.compact().flip();
      } else {
        kept = ByteBuffer.allocate(Math.max(size * 2, size + room)).put(kept).flip();
      }
    }
    transport.kept = kept;
    return kept;
  }

  /** Keeps what is unread of the shared buffer, in the memory that it came from if it fits. */
  private static void keep(
      StreamTransport transport, ByteBuffer unread, @Nullable ByteBuffer before) {
    if (!unread.hasRemaining() || transport.is(CLOSING | DEAD)) {
      return;
    }
    int size = unread.remaining();
    ByteBuffer memory =
        before != null && before.capacity() >= size
            ? before.clear()
            : ByteBuffer.allocate(Math.max(128, Integer.highestOneBit(size - 1) << 1));
    transport.kept = memory.put(unread).flip();
  }

  private static void tidy(StreamTransport transport) {
    ByteBuffer kept = transport.kept;
    if (kept != null && (!kept.hasRemaining() || transport.is(CLOSING | DEAD))) {
      transport.kept = null;
    }
  }

  private void discard(StreamTransport transport) {
    Extras extras = transport.extras();
    ByteBuffer buffer = borrow();
    try {
      int count = transport.socket.read(buffer);
      extras.discarded += Math.max(0, count);
      boolean over = count < 0 && Closing.drained(transport);
      if (over || extras.discarded > Closing.LINGER_BYTES) {
        network.closing.finish(transport);
      }
    } catch (IOException e) {
      network.closing.finish(transport);
    } finally {
      giveBack(buffer);
    }
  }

  // ---- Delivering -----------------------------------------------------------------------------

  /** Presents bytes to the protocol and, if it hands the connection over, to the next. */
  private void present(StreamTransport transport, ByteBuffer data) {
    do {
      deliver(transport, data);
      if (!transport.is(HANDED_OVER)) {
        break;
      }
      begin(transport);
    } while (data.hasRemaining() && deliverable(transport));
    if (transport.is(CLOSING | DEAD)) {
      data.position(data.limit());
    } else if (deliverable(transport)) {
      checkUnread(transport, data.remaining());
    }
  }

  private void checkUnread(StreamTransport transport, int unread) {
    Protocol protocol = transport.protocol;
    if (protocol != null && unread > 0 && unread > protocol.unreadLimit()) {
      network.closing.lose(
          transport,
          new ConnectionClosed.LimitExceeded(
              transport.peer(), protocol.unreadLimit() + " bytes unread by the protocol"));
    }
  }

  private void deliver(StreamTransport transport, ByteBuffer data) {
    Protocol protocol = transport.protocol;
    Extras extras = transport.extras;
    transport.set(IN_CALL);
    try {
      if (extras != null && extras.hasPassed() && !tellPassed(transport, extras)) {
        return;
      }
      if (extras != null && extras.consumer != null) {
        int count = data.remaining();
        extras.consumedBytes += count;
        if (extras.relay != null && count > 0) {
          extras.relay.copied(count);
        }
        extras.consumer.accept(data);
        data.position(data.limit());
      } else if (protocol != null) {
        protocol.dataReceived(data);
      }
    } catch (Throwable e) {
      if (extras != null && extras.consumed != null && !extras.consumed.isDone()) {
        extras.consumed.fail(e); // whoever waits for the flow learns why it has ended
      }
      network.closing.threw(transport, e);
    } finally {
      endCall(transport);
    }
  }

  /** Tells of the descriptors that have come: whether the bytes may be told of, too. */
  private static boolean tellPassed(StreamTransport transport, Extras extras) throws Exception {
    Queue<Descriptor> passed = Objects.requireNonNull(extras.passed);
    Protocol protocol = transport.protocol;
    while (!passed.isEmpty() && takesMore(transport)) {
      try (var next = new Passed(passed.remove())) {
        if (extras.consumer == null && protocol != null) {
          protocol.descriptorReceived(next);
        }
      }
    }
    return takesMore(transport);
  }

  private static boolean takesMore(StreamTransport transport) {
    return !transport.is(PAUSED | CLOSING | DEAD | HANDED_OVER | SECURING);
  }

  /** A call of the protocol is over: what a loop inside of it has held back goes on. */
  private void endCall(StreamTransport transport) {
    transport.clear(IN_CALL);
    if (transport.is(HELD)) {
      transport.clear(HELD);
      resumed(transport);
    }
  }

  /** The connection was handed over outside of any delivery: begin, then present what is kept. */
  void handOver(StreamTransport transport) {
    if (transport.is(HANDED_OVER) && !transport.is(DEAD)) {
      begin(transport);
      goOn(transport);
    }
  }

  /** Calls connectionMade of a new protocol, and of the next if that hands over at once. */
  void begin(StreamTransport transport) {
    do {
      transport.clear(HANDED_OVER);
      transport.set(IN_CALL | MADE);
      Protocol protocol = transport.protocol;
      try {
        if (protocol != null) {
          protocol.connectionMade();
          if (network.retires(transport) && !transport.is(HANDED_OVER | CLOSING | DEAD)) {
            protocol.retire(transport);
          }
        }
      } catch (Throwable e) {
        network.closing.threw(transport, e);
      } finally {
        endCall(transport);
      }
    } while (transport.is(HANDED_OVER) && !transport.is(DEAD | CLOSING));
  }

  // ---- The end of input -----------------------------------------------------------------------

  private void ended(StreamTransport transport) {
    transport.set(ENDED);
    // What was kept comes first where reading is about to go on.
    if (deliverable(transport) && !transport.is(RESUMING)) {
      tellEnd(transport);
    }
    transport.interest();
  }

  private void tellEnd(StreamTransport transport) {
    transport.set(END_TOLD);
    transport.kept = null;
    Extras extras = transport.extras;
    if (extras != null && extras.consumer != null) {
      Promise<Long> consumed = extras.consumed;
      extras.consumer = null;
      if (consumed != null && !consumed.isDone()) {
        consumed.succeed(extras.consumedBytes);
      }
      closeIfBothEnded(transport);
      return;
    }
    Protocol protocol = transport.protocol;
    boolean goesOn = false;
    transport.set(IN_CALL);
    try {
      goesOn = protocol != null && protocol.endReceived();
    } catch (Throwable e) {
      network.closing.threw(transport, e);
    } finally {
      endCall(transport);
    }
    if (transport.is(HANDED_OVER)) {
      begin(transport);
      transport.clear(END_TOLD);
      goOn(transport);
    } else if (!goesOn) {
      network.closing.lose(transport, null);
    } else {
      closeIfBothEnded(transport);
    }
  }

  /** After the ends of both directions there is nothing left to live for. */
  void closeIfBothEnded(StreamTransport transport) {
    if (transport.is(END_TOLD) && transport.is(SHUT)) {
      network.closing.lose(transport, null);
    }
  }

  /** Ends the flow into a consumer: no more bytes. */
  void stop(StreamTransport transport) {
    Extras extras = transport.extras;
    if (extras == null || extras.consumed == null) {
      return;
    }
    Promise<Long> consumed = extras.consumed;
    if (!consumed.isDone()) {
      extras.consumer = data -> {};
      extras.relay = null;
      transport.set(PAUSED);
      transport.interest();
      consumed.fail(new CancellationException("the source was stopped"));
    }
  }
}
