package io.tendril.core.internal.net;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.DelayedCall;
import io.tendril.core.Promise;
import io.tendril.core.Sink;
import io.tendril.core.Source;
import io.tendril.core.descriptor.Descriptor;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What only some connections need: made on first use, so that an idle one is small. */
final class Extras {
  static final int LOW = 16 << 10;
  static final int HIGH = 64 << 10;

  int low = LOW;
  int high = HIGH;
  final List<Runnable> onWritable = new ArrayList<>(1);
  final List<OnClosed> onClosed = new ArrayList<>(1);

  /** Where the input flows, in place of the protocol. */
  Source.@Nullable Receiver consumer;

  /** How the kernel may move it there. */
  @Nullable Relay relay;

  @Nullable Promise<Long> consumed;
  long consumedBytes;

  /** Descriptors that came with bytes that the protocol has not had yet. */
  @Nullable Deque<Descriptor> passed;

  /** Why it is closing. */
  @Nullable ConnectionClosed reason;

  /** Why it has closed, once connectionLost has been told. */
  @Nullable ConnectionClosed lost;

  @Nullable DelayedCall linger;
  int discarded;

  /** Watches an output that does not move. */
  @Nullable DelayedCall stall;

  long progress;

  /** Bytes in the layers of the socket, when they were last looked at. */
  long unsent;

  /** A TLS handshake that is not over. */
  Securing.@Nullable Handshake handshake;

  /** Where the connection was made, in debug mode. */
  @Nullable String origin;

  /** The addresses, once the socket is closed. */
  @Nullable SocketAddress peer;

  @Nullable SocketAddress local;

  boolean hasPassed() {
    return passed != null && !passed.isEmpty();
  }

  void passed(List<? extends Descriptor> came) {
    if (passed == null) {
      passed = new ArrayDeque<>(came);
    } else {
      passed.addAll(came);
    }
  }

  /** Closes the descriptors that nobody will have. */
  void closePassed() {
    if (passed != null) {
      passed.forEach(Descriptor::close);
      passed = null;
    }
  }

  Sink.Registration onClosed(Consumer<? super Throwable> action) {
    var waiting = new OnClosed(action);
    onClosed.add(waiting);
    return waiting;
  }

  /** Who wants to hear of the end. */
  final class OnClosed implements Sink.Registration {
    final Consumer<? super Throwable> action;

    OnClosed(Consumer<? super Throwable> action) {
      this.action = action;
    }

    @Override
    public void cancel() {
      onClosed.remove(this);
    }
  }
}
