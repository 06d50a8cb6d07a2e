package io.tendril.core.internal.uring;

import io.tendril.core.internal.linux.LinuxEngine;
import java.io.IOException;

/**
 * The linux engine within, as one more thing that the ring waits for: its epoll. It is asked for
 * anew after each time that it was ready, and so is ready again as long as it has something.
 */
final class LinuxSockets implements RingSocket {
  private final UringEngine ring;
  private final LinuxEngine linux;
  private final int epoll;
  private boolean polling;
  private boolean ending;
  private boolean closed;
  private boolean found;
  private boolean listed;

  LinuxSockets(UringEngine ring, LinuxEngine linux) {
    this.ring = ring;
    this.linux = linux;
    this.epoll = linux.descriptor().orElseThrow();
    ring.adopt(epoll, this);
    ring.changed(this);
  }

  @Override
  public void submit(Ring to) {
    if (closed) {
      if (!polling) {
        ring.forget(epoll);
      } else if (!ending) {
        ending = true;
        to.cancel(this, epoll, Ring.POLL);
      }
    } else if (!polling) {
      polling = true;
      to.poll(this, epoll, Numbers.POLLIN);
    }
  }

  @Override
  public void completed(int operation, int result, int flags) {
    if (operation != Ring.POLL) {
      return;
    }
    polling = false;
    if (closed) {
      ring.forget(epoll);
      return;
    }
    found = true;
    if (!listed) {
      listed = true;
      ring.ready(this);
    }
  }

  @Override
  public boolean isEnding() {
    return closed && polling;
  }

  @Override
  public boolean isReady() {
    return found && !closed;
  }

  @Override
  public void dispatch() throws IOException {
    if (found) {
      found = false;
      ring.changed(this);
      linux.await(0);
    }
  }

  @Override
  public void sent() {}

  @Override
  public void refused(int operation) {
    if (operation == Ring.POLL) {
      polling = false;
    } else {
      ending = false;
    }
    ring.changed(this);
  }

  @Override
  public void lost() {
    polling = false;
    if (closed) {
      ring.forget(epoll);
    } else {
      ring.changed(this);
    }
  }

  @Override
  public void unchanged() {}

  @Override
  public void notListed() {
    listed = false;
  }

  void close() {
    closed = true;
    ring.changed(this);
  }
}
