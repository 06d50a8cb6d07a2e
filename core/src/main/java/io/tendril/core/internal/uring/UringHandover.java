package io.tendril.core.internal.uring;

import io.tendril.core.internal.linux.OwnedDescriptor;
import io.tendril.spi.Engine;
import java.util.List;

/** A descriptor between two rings, of which neither has an operation. */
sealed interface UringHandover extends Engine.Handover {
  int fd();

  @Override
  default void close() {
    OwnedDescriptor.of(fd()).close();
  }

  /** A connection. */
  record Connection(int fd) implements UringHandover {}

  /**
   * A socket that listens.
   *
   * @param accepted connections that the ring had accepted, and nobody has taken
   */
  record Listener(int fd, List<Integer> accepted) implements UringHandover {
    @Override
    public void close() {
      accepted.forEach(each -> OwnedDescriptor.of(each).close());
      UringHandover.super.close();
    }
  }
}
