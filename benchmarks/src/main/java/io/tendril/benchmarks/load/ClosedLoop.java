package io.tendril.benchmarks.load;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A closed loop over many connections: each sends its requests, waits for all of the replies,
 * checks them, and sends again. It never sleeps, so that a server never pays for waking it.
 */
public final class ClosedLoop implements Load {
  /** Larger replies are mostly thrown away in the kernel, and one of so many is checked. */
  private static final int LARGE = 128 << 10;

  private static final int CHECKED = 16;

  private final Sockets sockets;
  private final Exchange exchange;
  private final int depth;
  private final int[] descriptors;
  private final MemorySegment requests;
  private final byte[][] replies;
  private final MemorySegment[] rooms;
  private final int[] received;
  private final int[] sent;

  /**
   * Connects, and sends the first requests.
   *
   * @param depth how many requests a connection sends at once
   */
  public ClosedLoop(int port, int connections, int depth, Exchange exchange) throws IOException {
    this.sockets = new Sockets(port, connections);
    this.exchange = exchange;
    this.depth = depth;
    this.requests = MemorySegment.ofArray(exchange.requests(depth));
    this.descriptors = new int[connections];
    this.replies = new byte[connections][exchange.reply().length * depth];
    this.rooms = new MemorySegment[connections];
    this.received = new int[connections];
    this.sent = new int[connections];
    for (int i = 0; i < connections; i++) {
      descriptors[i] = sockets.descriptor(i);
      rooms[i] = MemorySegment.ofArray(replies[i]);
      sent[i] = i % CHECKED;
      send(i);
    }
  }

  private void send(int i) throws IOException {
    sockets.send(descriptors[i], requests);
    received[i] = 0;
    sent[i]++;
  }

  @Override
  public long run(long nanos) throws IOException {
    long end = System.nanoTime() + nanos;
    long count = 0;
    while (System.nanoTime() < end) {
      int ready = sockets.poll();
      for (int at = 0; at < ready; at++) {
        int i = sockets.ready(at);
        receive(i);
        if (received[i] == replies[i].length) {
          check(i);
          count += depth;
          send(i);
        }
      }
    }
    return count;
  }

  private boolean unchecked(int i) {
    return replies[i].length > LARGE && sent[i] % CHECKED != 0;
  }

  private void receive(int i) throws IOException {
    MemorySegment room = received[i] == 0 ? rooms[i] : rooms[i].asSlice(received[i]);
    received[i] +=
        unchecked(i)
            ? sockets.discard(descriptors[i], room)
            : sockets.receive(descriptors[i], room);
  }

  private void check(int i) throws IOException {
    if (!unchecked(i) && !exchange.matches(replies[i], depth)) {
      throw new IOException("a wrong reply: " + new String(replies[i]));
    }
  }

  @Override
  public void close() {
    sockets.close();
  }
}
