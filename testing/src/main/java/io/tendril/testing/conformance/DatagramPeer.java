package io.tendril.testing.conformance;

import io.tendril.spi.Engine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A bare datagram socket at the other end. */
final class DatagramPeer {
  private final Rig rig;
  private final Engine.DatagramSocket socket;
  private final List<byte[]> received = new ArrayList<>();
  private final List<InetSocketAddress> senders = new ArrayList<>();

  DatagramPeer(Rig rig, Engine.DatagramSocket socket) {
    this.rig = rig;
    this.socket = socket;
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.local();
  }

  DatagramPeer send(byte[] data, InetSocketAddress to) {
    try {
      socket.send(ByteBuffer.wrap(data), to);
    } catch (IOException e) {
      throw new AssertionError("the peer cannot send", e);
    }
    return this;
  }

  DatagramPeer send(String text, InetSocketAddress to) {
    return send(text.getBytes(StandardCharsets.UTF_8), to);
  }

  private void poll() {
    ByteBuffer buffer = ByteBuffer.allocate(70_000);
    try {
      for (InetSocketAddress from; (from = socket.receive(buffer.clear())) != null; ) {
        byte[] data = new byte[buffer.flip().remaining()];
        buffer.get(data);
        received.add(data);
        senders.add(from);
      }
    } catch (IOException e) {
      throw new AssertionError("the peer cannot receive", e);
    }
  }

  /** Waits until so many datagrams have come, and returns all. */
  List<byte[]> await(int count) {
    rig.until(
        () -> count + " datagrams have come to the peer; it has " + received.size(),
        () -> {
          poll();
          return received.size() >= count;
        });
    return received;
  }

  /** Waits for the first datagram, as text. */
  String awaitText() {
    return new String(await(1).getFirst(), StandardCharsets.UTF_8);
  }

  /** How many have come by now. */
  int count() {
    poll();
    return received.size();
  }

  /** Who sent them. */
  List<InetSocketAddress> senders() {
    return senders;
  }

  void close() {
    socket.close();
    rig.pollPeers();
  }
}
