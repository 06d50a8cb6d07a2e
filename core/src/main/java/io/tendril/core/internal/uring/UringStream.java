package io.tendril.core.internal.uring;

import io.tendril.core.internal.linux.Errno;
import io.tendril.core.internal.linux.LinuxEngine;
import io.tendril.core.internal.linux.LinuxStreamSocket;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * A connection of TCP on the ring. What comes is received into buffers that wait here to be read,
 * as long as somebody wants to read; where much comes, the ring only says so, and it is read from
 * the socket straight to where it is wanted. Little that is written is collected in a slot until
 * the ring is entered; much is sent at once.
 *
 * <pre>
 *   OPEN    close() -> CLOSED: the operations of the ring are cancelled
 *   CLOSED  the last one has ended -> the descriptor is closed
 * </pre>
 */
final class UringStream extends LinuxStreamSocket implements RingSocket {
  // What is wanted
  private static final int READABLE = 1;
  private static final int WRITABLE = 1 << 1;

  // What the ring has been asked for
  private static final int RECEIVING = 1 << 2;
  private static final int ENDING = 1 << 3;
  private static final int FILING = 1 << 9;
  private static final int POLLING = 1 << 11;

  // What has come of it
  private static final int ENDED = 1 << 4;
  private static final int FILED = 1 << 10;
  private static final int FOUND = 1 << 12;

  // The rest
  private static final int CHANGED = 1 << 5;
  private static final int LISTED = 1 << 6;
  private static final int SHUT = 1 << 7;
  private static final int CLOSED = 1 << 8;
  private static final int MUCH = 1 << 13;

  /** What has operations in the ring, or is in its table, cannot be closed yet. */
  private static final int HELD = RECEIVING | POLLING | FILING | FILED;

  /** A read of less than this shows that what comes is not much any more. */
  private static final int LITTLE = ReceivedBuffers.SIZE / 2;

  private final UringEngine ring;
  private final InputQueue input;
  private int state;

  /** How many messages it has sent by the ring, as long as that matters. */
  private byte messages;

  /** What is collected to be sent. */
  private int slot = SendSlots.NONE;

  /** What was collected and has not been taken by the kernel. */
  private @Nullable ByteBuffer unsent;

  /** What has ended the connection. */
  private @Nullable IOException failure;

  private UringStream(
      UringEngine ring,
      LinuxEngine linux,
      int fd,
      Engine.Ready ready,
      long packed,
      @Nullable SocketAddress peer) {
    super(linux, fd, ready, packed, peer);
    this.ring = ring;
    input = new InputQueue(ring.received);
    ring.adopt(fd, this);
  }

  static UringStream connect(
      UringEngine ring, SocketAddress address, SocketSettings settings, Engine.Ready ready)
      throws IOException {
    return connect(ring.linux, address, settings, ready, ring.maker);
  }

  /** A connection that the ring has accepted; null if it has failed by itself since. */
  static @Nullable UringStream accepted(UringEngine ring, int fd, SocketSettings settings)
      throws IOException {
    return acceptedElsewhere(ring.linux, fd, settings, ring.maker);
  }

  /** A connection that somebody else has made. */
  static UringStream adopted(UringEngine ring, int fd, SocketSettings settings) throws IOException {
    return adopted(ring.linux, fd, settings, ring.maker);
  }

  static Maker<UringStream> maker(UringEngine ring) {
    return (linux, fd, ready, packed, peer) ->
        new UringStream(ring, linux, fd, ready, packed, peer);
  }

  private boolean is(int flag) {
    return (state & flag) != 0;
  }

  private void set(int flag) {
    state |= flag;
  }

  private void clear(int flag) {
    state &= ~flag;
  }

  private void changed() {
    if (!is(CHANGED)) {
      set(CHANGED);
      ring.changed(this);
    }
  }

  @Override
  public void unchanged() {
    clear(CHANGED);
  }

  /** What comes is in buffers of the ring's. */
  @Override
  protected boolean splices() {
    return false;
  }

  // ---- Readiness ------------------------------------------------------------------------------

  @Override
  public void interest(boolean readable, boolean writable) {
    int wanted = (readable ? READABLE : 0) | (writable ? WRITABLE : 0);
    if ((state & (READABLE | WRITABLE)) != wanted && !is(CLOSED)) {
      state = (state & ~(READABLE | WRITABLE)) | wanted;
      awaitRoom();
      changed();
      list();
    }
  }

  /** The epoll of the linux engine tells of room, since a poll of the ring tells of more. */
  private void awaitRoom() {
    super.interest(false, is(WRITABLE) || unsent != null);
  }

  /** There is room. */
  @Override
  protected void found(boolean readable, boolean writable) {
    ByteBuffer left = unsent;
    if (left != null) {
      try {
        super.write(new ByteBuffer[] {left}, 0, 1);
        if (!left.hasRemaining()) {
          unsent = null;
          if (is(SHUT)) {
            super.shutdownOutput();
          }
        }
      } catch (IOException e) {
        unsent = null;
        failure = e;
      }
      awaitRoom();
    }
    if (is(WRITABLE)) {
      tell(false, true);
    } else {
      list();
    }
  }

  private boolean hasInput() {
    return !input.isEmpty() || is(ENDED | FOUND) || failure != null;
  }

  @Override
  public boolean isEnding() {
    return is(CLOSED) && is(HELD);
  }

  @Override
  public boolean isReady() {
    return !is(CLOSED) && ((is(READABLE) && hasInput()) || (is(WRITABLE) && failure != null));
  }

  private void list() {
    if (!is(LISTED) && isReady()) {
      set(LISTED);
      ring.ready(this);
    }
  }

  @Override
  public void notListed() {
    clear(LISTED);
  }

  @Override
  public void dispatch() {
    boolean readable = is(READABLE) && hasInput();
    boolean writable = is(WRITABLE) && failure != null;
    if (is(CLOSED) || !(readable || writable)) {
      return;
    }
    tell(readable, writable);
  }

  // ---- The ring -------------------------------------------------------------------------------

  private boolean wantsToReceive() {
    return is(READABLE) && !is(ENDED) && failure == null;
  }

  private int number() {
    try {
      return fd();
    } catch (ClosedChannelException e) {
      throw new IllegalStateException(e); // it is closed after its last operation
    }
  }

  @Override
  public void submit(Ring to) {
    boolean closed = is(CLOSED);
    if (slot != SendSlots.NONE) {
      int size = ring.slots.buffer(slot).position();
      to.send(this, number(), is(FILED), ring.slots.address(slot), size);
    }
    if (!is(FILING) && is(FILED) == closed && (closed || isBusy())) {
      set(FILING);
      to.file(this, number(), ring.files.change(number(), !closed));
    }
    if (!closed && wantsToReceive()) {
      if (!is(RECEIVING | POLLING)) {
        receive(to);
      } else if (is(MUCH) && is(RECEIVING)) {
        end(to, Ring.RECEIVE);
      }
    } else {
      if (is(RECEIVING | POLLING)) {
        end(to, is(RECEIVING) ? Ring.RECEIVE : Ring.POLL);
      }
      if (!closed && !is(READABLE)) {
        input.moveAside();
      }
    }
  }

  private void receive(Ring from) {
    if (!is(MUCH)) {
      set(RECEIVING);
      from.receive(this, number(), ReceivedBuffers.GROUP);
    } else if (!is(FOUND)) {
      set(POLLING);
      from.poll(this, number(), Numbers.POLLIN);
    }
  }

  private void end(Ring in, int operation) {
    if (!is(ENDING)) {
      set(ENDING);
      in.cancel(this, number(), operation);
    }
  }

  @Override
  public void refused(int operation) {
    if (operation == Ring.RECEIVE) {
      clear(RECEIVING);
    } else if (operation == Ring.POLL) {
      clear(POLLING);
    } else if (operation == Ring.CANCEL) {
      clear(ENDING);
    } else if (operation == Ring.FILE) {
      clear(FILING);
    }
    changed();
  }

  @Override
  public void lost() {
    clear(HELD | ENDING);
    messages = 0;
    if (is(CLOSED)) {
      finish();
    } else {
      changed();
    }
  }

  @Override
  public void completed(int operation, int result, int flags) {
    switch (operation) {
      case Ring.RECEIVE -> received(result, flags);
      case Ring.POLL -> polled(result);
      case Ring.SEND -> notSent(result);
      case Ring.FILE -> filed(result);
      default -> {} // there was nothing any more to be cancelled
    }
    if (is(CLOSED)) {
      if (!isEnding()) {
        finish();
      }
    } else {
      list();
    }
  }

  private void received(int result, int flags) {
    if ((flags & Numbers.IORING_CQE_F_MORE) == 0) {
      clear(RECEIVING | ENDING);
    }
    if ((flags & Numbers.IORING_CQE_F_BUFFER) != 0) {
      int buffer = flags >>> Numbers.IORING_CQE_BUFFER_SHIFT;
      if (result > 0 && !is(CLOSED)) {
        input.append(buffer, result);
        if (result == ReceivedBuffers.SIZE) {
          set(MUCH);
          changed();
        }
      } else {
        ring.received.give(buffer);
      }
    }
    if (result == 0) {
      set(ENDED);
    } else if (result == -Numbers.ENOBUFS) {
      ring.received.lack();
    } else if (result < 0 && !isNothing(result)) {
      failure = Errno.of(result);
    }
    if (!is(RECEIVING) && wantsToReceive()) {
      changed();
    }
  }

  /** There is something to be read, where much is, or waiting for it has been ended. */
  private void polled(int result) {
    clear(POLLING | ENDING);
    if (result >= 0) {
      set(FOUND);
    } else if (!isNothing(result)) {
      failure = Errno.of(result);
    }
    if (!is(CLOSED)) {
      changed(); // it may be wanted again by now
    }
  }

  /** An operation has ended for nothing that is the connection's fault. */
  private static boolean isNothing(int result) {
    return switch (-result) {
      case Numbers.ENOBUFS, Numbers.ECANCELED, Numbers.EAGAIN, Numbers.EINTR -> true;
      default -> false;
    };
  }

  /** Whether so much is sent that the ring should know the file. */
  private boolean isBusy() {
    return slot != SendSlots.NONE
        && messages >= 0
        && ring.files.hasPlace(number())
        && ++messages > KnownFiles.MESSAGES;
  }

  /** Whether the ring knows the file, and need not look it up. */
  boolean isKnown() {
    return is(FILED);
  }

  /** The file is in the ring's table, or out of it. */
  private void filed(int result) {
    clear(FILING);
    if (is(FILED)) {
      clear(FILED);
    } else if (result == 1) {
      set(FILED);
    } else {
      messages = -1;
    }
    if (is(CLOSED) && is(FILED)) {
      changed();
    }
  }

  /** Not all of the slot was sent. */
  private void notSent(int result) {
    ByteBuffer collected = ring.slots.buffer(slot).flip();
    if (result >= 0) {
      collected.position(result);
    } else if (!isNothing(result)) {
      failure = Errno.of(result);
    }
    if (failure == null) {
      keep(collected);
    }
    forgetSlot();
    changed();
  }

  @Override
  public void sent() {
    if (slot != SendSlots.NONE) {
      forgetSlot();
    }
  }

  // ---- Reading --------------------------------------------------------------------------------

  @Override
  public int read(ByteBuffer into) throws IOException {
    checkOpen();
    if (!into.hasRemaining()) {
      return 0;
    }
    if (!input.isEmpty()) {
      return input.read(into);
    }
    checkFailure();
    if (is(ENDED)) {
      return -1;
    }
    return is(RECEIVING) ? 0 : readDirectly(into);
  }

  /** Whether so much comes that it is read from the socket. */
  boolean isMuch() {
    return is(MUCH);
  }

  /** Reads from the socket, of which the ring says where much comes that there is something. */
  private int readDirectly(ByteBuffer into) throws IOException {
    int count = super.read(into);
    if (is(FOUND) && into.hasRemaining()) { // that was all
      clear(FOUND);
      if (count < LITTLE) {
        clear(MUCH);
      }
      changed();
    }
    return count;
  }

  // ---- Writing --------------------------------------------------------------------------------

  @Override
  public long write(ByteBuffer[] from, int start, int length) throws IOException {
    checkOpen();
    checkFailure();
    if (unsent != null) {
      return 0;
    }
    long size = 0;
    for (int i = start; i < start + length; i++) {
      size += from[i].remaining();
    }
    if (size == 0) {
      return 0;
    }
    int before = slot == SendSlots.NONE ? 0 : ring.slots.buffer(slot).position();
    if (before + size <= SendSlots.SIZE && hasSlot()) {
      ByteBuffer collected = ring.slots.buffer(slot);
      for (int i = start; i < start + length; i++) {
        collected.put(from[i]);
      }
      changed();
      return size;
    }
    sendCollected();
    return unsent != null ? 0 : super.write(from, start, length);
  }

  private boolean hasSlot() {
    if (slot == SendSlots.NONE) {
      slot = ring.slots.take();
    }
    return slot != SendSlots.NONE;
  }

  private void forgetSlot() {
    ring.slots.giveBack(slot);
    slot = SendSlots.NONE;
  }

  /** Sends what is collected without the ring, which has not been asked yet. */
  private void sendCollected() throws IOException {
    if (slot == SendSlots.NONE) {
      return;
    }
    ByteBuffer collected = ring.slots.buffer(slot).flip();
    try {
      super.write(new ByteBuffer[] {collected}, 0, 1);
      keep(collected);
    } finally {
      forgetSlot();
    }
  }

  /** Keeps what is left of something collected; it waits for room. */
  private void keep(ByteBuffer left) {
    if (left.hasRemaining()) {
      unsent = ByteBuffer.allocate(left.remaining()).put(left).flip();
      awaitRoom();
    }
  }

  @Override
  public long unsent() {
    return unsent == null ? 0 : unsent.remaining();
  }

  @Override
  public void checkSent() throws IOException {
    checkOpen();
    checkFailure();
    sendCollected();
  }

  @Override
  public long sendFile(FileChannel file, long position, long count) throws IOException {
    checkSent();
    return unsent != null ? 0 : super.sendFile(file, position, count);
  }

  @Override
  public void shutdownOutput() throws IOException {
    checkSent();
    if (unsent != null) {
      set(SHUT); // as soon as that is sent
    } else {
      super.shutdownOutput();
    }
  }

  private void checkOpen() throws IOException {
    if (is(CLOSED)) {
      throw new ClosedChannelException();
    }
  }

  private void checkFailure() throws IOException {
    IOException found = failure;
    if (found != null) {
      throw found;
    }
  }

  // ---- The end --------------------------------------------------------------------------------

  @Override
  public void abort() {
    if (!is(CLOSED)) {
      drop();
      super.abort();
    }
  }

  private void drop() {
    if (slot != SendSlots.NONE) {
      forgetSlot();
    }
    unsent = null;
  }

  @Override
  public void close() {
    if (is(CLOSED)) {
      return;
    }
    try {
      sendCollected();
    } catch (IOException e) {
      System.getLogger("io.tendril.core")
          .log(System.Logger.Level.DEBUG, "what was written last is lost", e);
    }
    drop();
    input.clear();
    set(CLOSED);
    if (isEnding()) {
      changed();
    } else {
      finish();
    }
  }

  private void finish() {
    ring.forget(number());
    super.close();
  }
}
