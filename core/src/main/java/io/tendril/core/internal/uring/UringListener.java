package io.tendril.core.internal.uring;

import io.tendril.core.internal.linux.Errno;
import io.tendril.core.internal.linux.LinuxListenSocket;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket of TCP on the ring: as long as somebody wants connections, the kernel accepts
 * what comes, and they wait here to be taken.
 */
final class UringListener extends LinuxListenSocket implements RingSocket {
  private static final int FIRST = 16;

  private final UringEngine ring;
  private boolean wanted;
  private boolean accepting;
  private boolean ending;
  private boolean closed;
  private boolean changed;
  private boolean listed;

  /** Connections that nobody has taken yet: a ring of descriptors. */
  private int[] waiting = new int[FIRST];

  private int head;
  private int count;

  /** What accepting has ended with; 0 for nothing. */
  private int error;

  private UringListener(UringEngine ring, int fd, Engine.Ready ready) {
    super(ring.linux, fd, ready);
    this.ring = ring;
    ring.adopt(fd, this);
  }

  static UringListener open(
      UringEngine ring, SocketAddress address, SocketSettings settings, Engine.Ready ready)
      throws IOException {
    return new UringListener(ring, listen(ring.linux, address, settings), ready);
  }

  /** One that listens already. */
  static UringListener adopted(UringEngine ring, int fd, Engine.Ready ready) {
    return new UringListener(ring, fd, ready);
  }

  /** One that was another ring's before. */
  static UringListener takenOver(
      UringEngine ring, UringHandover.Listener handover, Engine.Ready ready) {
    var listener = new UringListener(ring, handover.fd(), ready);
    handover.accepted().forEach(listener::add);
    return listener;
  }

  private void changed() {
    if (!changed) {
      changed = true;
      ring.changed(this);
    }
  }

  @Override
  public void unchanged() {
    changed = false;
  }

  private int number() {
    try {
      return fd();
    } catch (ClosedChannelException e) {
      throw new IllegalStateException(e); // it is closed after its last operation
    }
  }

  // ---- Readiness ------------------------------------------------------------------------------

  @Override
  public void interest(boolean readable, boolean writable) {
    if (wanted != readable && !closed) {
      wanted = readable;
      changed();
      list();
    }
  }

  @Override
  public boolean isEnding() {
    return closed && accepting;
  }

  @Override
  public boolean isReady() {
    return wanted && !closed && (count > 0 || error != 0);
  }

  private void list() {
    if (!listed && isReady()) {
      listed = true;
      ring.ready(this);
    }
  }

  @Override
  public void notListed() {
    listed = false;
  }

  @Override
  public void dispatch() {
    if (isReady()) {
      tell(true, false);
    }
  }

  // ---- The ring -------------------------------------------------------------------------------

  @Override
  public void submit(Ring to) {
    if (wanted && !closed) {
      if (!accepting && error == 0) {
        accepting = true;
        to.accept(this, number(), FLAGS);
      }
    } else if (accepting && !ending) {
      ending = true;
      to.cancel(this, number(), Ring.ACCEPT);
    }
  }

  @Override
  public void sent() {}

  @Override
  public void refused(int operation) {
    if (operation == Ring.ACCEPT) {
      accepting = false;
    } else {
      ending = false;
    }
    changed();
  }

  @Override
  public void lost() {
    accepting = false;
    ending = false;
    changed();
  }

  @Override
  public void completed(int operation, int result, int flags) {
    if (operation != Ring.ACCEPT) {
      return; // there was nothing any more to be cancelled
    }
    if ((flags & Numbers.IORING_CQE_F_MORE) == 0) {
      accepting = false;
      ending = false;
      changed();
    }
    if (result >= 0) {
      add(result);
      list();
    } else if (result != -Numbers.ECANCELED && !Errno.isNoConnection(result)) {
      error = result;
      list();
    }
  }

  private void add(int accepted) {
    if (closed) {
      refuse(engine, accepted);
      return;
    }
    if (count == waiting.length) {
      int[] wider = new int[count * 2];
      for (int i = 0; i < count; i++) {
        wider[i] = waiting[(head + i) & (count - 1)];
      }
      waiting = wider;
      head = 0;
    }
    waiting[(head + count++) & (waiting.length - 1)] = accepted;
  }

  // ---- Connections ----------------------------------------------------------------------------

  @Override
  public Engine.@Nullable StreamSocket accept(SocketSettings settings) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    while (count > 0) {
      UringStream made = UringStream.accepted(ring, next(), settings);
      if (made != null) {
        return made;
      }
    }
    throwError();
    return null;
  }

  private int next() {
    int accepted = waiting[head];
    head = (head + 1) & (waiting.length - 1);
    count--;
    return accepted;
  }

  private void throwError() throws IOException {
    if (error != 0) {
      IOException failure = Errno.of(error);
      error = 0;
      changed(); // whoever asks again tries again
      throw failure;
    }
  }

  @Override
  public Engine.@Nullable Handover acceptForOther() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    } else if (count > 0) {
      return new UringHandover.Connection(next());
    }
    throwError();
    return null;
  }

  /** Leaves the ring, once that has no operation of it. */
  @Override
  public Engine.Handover handOver() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    wanted = false;
    if (accepting) {
      changed();
      ring.enterUntil(() -> !accepting);
    }
    if (accepting) {
      throw new IOException("the ring does not let go of " + local());
    }
    List<Integer> left = new ArrayList<>(count);
    while (count > 0) {
      left.add(next());
    }
    closed = true;
    ring.forget(number());
    return new UringHandover.Listener(leave(), left);
  }

  /** The port is free on return, so the kernel must have let go of it by then. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (; count > 0; count--) {
      refuse(engine, waiting[head]);
      head = (head + 1) & (waiting.length - 1);
    }
    waiting = Arrays.copyOf(waiting, FIRST);
    if (accepting) {
      changed();
      ring.enterUntil(() -> !accepting);
    }
    ring.forget(number());
    super.close();
  }
}
