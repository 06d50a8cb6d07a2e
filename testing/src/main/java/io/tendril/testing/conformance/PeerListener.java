package io.tendril.testing.conformance;

import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A listening socket of the peers. It accepts when the case says so. */
final class PeerListener {
  private final Rig rig;
  private final Engine.ListenSocket socket;
  private final SocketSettings settings;

  PeerListener(Rig rig, Engine.ListenSocket socket, SocketSettings settings) {
    this.rig = rig;
    this.socket = socket;
    this.settings = settings;
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.local();
  }

  /** Waits for the next connection. */
  Peer accept() {
    List<Engine.StreamSocket> accepted = new ArrayList<>();
    rig.until(
        () -> "a connection reaches the peer",
        () -> {
          try {
            Engine.StreamSocket next = socket.accept(settings);
            if (next != null) {
              accepted.add(next);
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return !accepted.isEmpty();
        });
    return rig.adopt(accepted.getFirst());
  }

  void close() {
    socket.close();
    rig.pollPeers();
  }
}
