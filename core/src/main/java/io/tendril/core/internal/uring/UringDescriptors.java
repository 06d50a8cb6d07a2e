package io.tendril.core.internal.uring;

import io.tendril.core.internal.linux.LinuxDescriptors;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;

/** Descriptors that come from elsewhere: sockets of TCP go to the ring, the others to its epoll. */
final class UringDescriptors extends LinuxDescriptors {
  private final UringEngine ring;

  UringDescriptors(UringEngine ring) {
    super(ring.linux);
    this.ring = ring;
  }

  @Override
  protected Engine.StreamSocket connection(int fd, SocketSettings options) throws IOException {
    return UringStream.adopted(ring, fd, options);
  }

  @Override
  protected Engine.ListenSocket listener(int fd, Engine.Ready ready) {
    return UringListener.adopted(ring, fd, ready);
  }
}
