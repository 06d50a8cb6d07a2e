package io.tendril.core.policy;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Promise;
import io.tendril.core.Transport;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one connection writes, held back until a {@link Bucket} lets it go. In order: bytes, files,
 * and what is to be done behind them.
 *
 * <pre>
 *   IDLE     nothing waits; a write goes straight through as far as the bucket lets it
 *   PACING   something waits, and a delayed call for the bucket
 *   BLOCKED  something waits, for the transport below: to be writable, or to have sent a part of a file
 *   ENDED    what waits still goes out, and what is written now is dropped
 * </pre>
 */
final class PacedOutput {
  /** Contract P4: the most that is held back of bytes which were copied. */
  static final int MOST = 16 << 20;

  private final Transport below;
  private final Bucket bucket;
  private final Fullness fullness;
  private final Deque<HeldBack> queue = new ArrayDeque<>();
  private final List<Runnable> onWritable = new ArrayList<>();

  private int low = 16 << 10;
  private int high = 64 << 10;
  private long waiting;
  private long copied;
  private boolean full;
  private boolean ended;
  private boolean pumping;
  private boolean awaitsRoom;
  private boolean awaitsFile;
  private @Nullable DelayedCall pacing;

  /** Is told when more waits than the high mark, and when no more than the low mark is left. */
  @FunctionalInterface
  interface Fullness {
    void changed(boolean full);
  }

  PacedOutput(Transport below, Bucket bucket, Fullness fullness) {
    this.below = below;
    this.bucket = bucket;
    this.fullness = fullness;
  }

  // ---- Putting in -----------------------------------------------------------------------------

  void write(ByteBuffer data) {
    ByteBuffer rest = data.duplicate();
    if (!data.isReadOnly()) {
      data.position(data.limit());
    }
    if (ended) {
      return;
    }
    if (queue.isEmpty()) {
      while (rest.hasRemaining() && below.writable() && bucket.debt().isZero()) {
        sendSlice(rest);
      }
    }
    if (rest.hasRemaining()) {
      hold(rest);
    }
  }

  private void hold(ByteBuffer data) {
    int count = data.remaining();
    if (!(queue.peekLast() instanceof HeldBack.Chunk last && last.append(data))) {
      queue.add(new HeldBack.Chunk(data));
    }
    copied += count;
    add(count);
    if (copied > MOST) {
      drop(
          new ConnectionClosed.LimitExceeded(
              below.peer(), MOST + " bytes held back by the rate limit"));
      return;
    }
    pump();
  }

  private void drop(ConnectionClosed reason) {
    ended = true;
    fail(reason);
    below.loseConnection(reason);
  }

  Deferred<Void> writeOwned(ByteBuffer data) {
    Promise<Void> promise = below.reactor().promise();
    if (ended) {
      promise.fail(new ConnectionClosed.Done(below.peer()));
      return promise.deferred();
    }
    var owned = new HeldBack.Owned(data.duplicate(), promise);
    if (!data.isReadOnly()) {
      data.position(data.limit());
    }
    promise.onCancel(() -> forget(owned));
    queue.add(owned);
    add(owned.left());
    pump();
    return promise.deferred();
  }

  Deferred<Void> flushed() {
    if (queue.isEmpty()) {
      return below.flushed();
    }
    Promise<Void> promise = below.reactor().promise();
    var mark = new HeldBack.Owned(ByteBuffer.allocate(0), promise);
    promise.onCancel(() -> forget(mark));
    queue.add(mark);
    return promise.deferred().thenCompose(_ -> below.flushed());
  }

  Deferred<Long> sendFile(FileChannel file, long position, long count) {
    Promise<Long> promise = below.reactor().promise();
    if (ended) {
      promise.fail(new ConnectionClosed.Done(below.peer()));
      return promise.deferred();
    }
    var part = new HeldBack.FilePart(file, position, count, promise);
    promise.onCancel(() -> forget(part));
    queue.add(part);
    add(count);
    pump();
    return promise.deferred();
  }

  /** Does something when all of this has gone out; what is written from now on is dropped. */
  void afterAll(Runnable action) {
    ended = true;
    queue.add(new HeldBack.Then(action));
    pump();
  }

  private void forget(HeldBack held) {
    if (queue.remove(held)) {
      add(-held.left());
      pump();
    }
  }

  // ---- Letting go -----------------------------------------------------------------------------

  private void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      while (!queue.isEmpty() && !awaitsFile && !awaitsRoom && pacing == null) {
        step(queue.getFirst());
      }
    } finally {
      pumping = false;
    }
  }

  private void step(HeldBack first) {
    if (first.left() == 0) {
      queue.removeFirst();
      first.sent();
    } else if (!below.writable()) {
      awaitRoom();
    } else if (!bucket.debt().isZero()) {
      pace(bucket.debt());
    } else {
      switch (first) {
        case HeldBack.Chunk chunk -> copied -= send(chunk.unsent());
        case HeldBack.Owned owned -> send(owned.data());
        case HeldBack.FilePart part -> send(part);
        case HeldBack.Then then -> {} // nothing of it is ever left
      }
    }
  }

  private void pace(Duration debt) {
    pacing =
        below
            .reactor()
            .callLater(
                debt,
                () -> {
                  pacing = null;
                  pump();
                });
  }

  private void awaitRoom() {
    awaitsRoom = true;
    below.onWritable(this::room);
  }

  private void room() {
    if (awaitsRoom) {
      awaitsRoom = false;
      pump();
    }
  }

  private int send(ByteBuffer data) {
    int count = sendSlice(data);
    add(-count);
    return count;
  }

  private int sendSlice(ByteBuffer data) {
    int count = Math.min(bucket.slice(), data.remaining());
    int limit = data.limit();
    ByteBuffer slice = data.duplicate().limit(data.position() + count);
    data.position(slice.limit()).limit(limit);
    bucket.spend(count);
    below.write(slice);
    return count;
  }

  private void send(HeldBack.FilePart part) {
    long count = Math.min(bucket.slice(), part.left());
    bucket.spend(count);
    awaitsFile = true;
    below
        .sendFile(part.file(), part.position(), count)
        .thenAccept(sent -> fileSent(part, count, sent))
        .exceptionally(failure -> {
          fileFailed(part, failure);
          return null;
        });
  }

  private void fileSent(HeldBack.FilePart part, long asked, long sent) {
    awaitsFile = false;
    if (queue.contains(part)) {
      long before = part.left();
      part.advance(sent, sent < asked);
      add(part.left() - before);
    }
    pump();
  }

  private void fileFailed(HeldBack.FilePart part, Throwable failure) {
    awaitsFile = false;
    if (queue.remove(part)) {
      add(-part.left());
      part.fail(failure);
    }
    pump();
  }

  /** Sends all that waits, whatever the rate, which stays in debt for it. */
  void sendAllNow() {
    if (queue.stream().anyMatch(HeldBack.FilePart.class::isInstance)) {
      throw new IllegalStateException("a file is being sent");
    }
    while (!queue.isEmpty()) {
      HeldBack first = queue.removeFirst();
      bucket.spend(first.left());
      add(-first.left());
      switch (first) {
        case HeldBack.Chunk chunk -> {
          copied -= chunk.left();
          below.write(chunk.unsent());
        }
        case HeldBack.Owned owned -> below.write(owned.data());
        case HeldBack.Then then -> {}
        case HeldBack.FilePart part -> {} // refused above
      }
      first.sent();
    }
  }

  // ---- Marks ----------------------------------------------------------------------------------

  private void add(long count) {
    waiting += count;
    judge();
  }

  private void judge() {
    boolean fullNow = full ? waiting > low : waiting > high;
    if (fullNow != full) {
      full = fullNow;
      fullness.changed(full);
      if (!full) {
        List<Runnable> actions = List.copyOf(onWritable);
        onWritable.clear();
        actions.forEach(below::onWritable);
      }
    }
  }

  void marks(int newLow, int newHigh) {
    low = newLow;
    high = newHigh;
    judge();
  }

  /** How many bytes wait here. */
  long waiting() {
    return waiting;
  }

  /** Whether more is welcome, as far as this is concerned. */
  boolean accepts() {
    return !full && !ended;
  }

  void whenWritable(Runnable action) {
    if (ended) {
      return;
    }
    if (full) {
      onWritable.add(action);
    } else {
      below.onWritable(action);
    }
  }

  // ---- The end --------------------------------------------------------------------------------

  /** Another protocol takes over: what the old one waited for is dropped, and below it was, too. */
  void handedOver() {
    onWritable.clear();
    if (awaitsRoom) {
      awaitRoom();
    }
  }

  /** The connection is gone. */
  void closed(ConnectionClosed reason) {
    ended = true;
    fail(reason);
    if (pacing != null) {
      pacing.cancel();
      pacing = null;
    }
  }

  private void fail(ConnectionClosed reason) {
    List<HeldBack> all = List.copyOf(queue);
    queue.clear();
    onWritable.clear();
    waiting = 0;
    copied = 0;
    all.forEach(held -> held.fail(reason));
  }
}
