package io.tendril.benchmarks.load;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * An open loop: requests are due at times that do not depend on the server, with exponential gaps,
 * and a reply's latency counts from when its request was due, also where no connection was free.
 */
public final class OpenLoop implements AutoCloseable {
  private final Sockets sockets;
  private final Exchange exchange;
  private final double gap;
  private final SplittableRandom random = new SplittableRandom(1);
  private final MemorySegment request;
  private final byte[][] replies;
  private final int[] received;
  private final long[] due;
  private final int[] free;
  private int freeCount;

  /**
   * Connects.
   *
   * @param rate requests per second
   */
  public OpenLoop(int port, int connections, double rate, Exchange exchange) throws IOException {
    this.sockets = new Sockets(port, connections);
    this.exchange = exchange;
    this.gap = 1e9 / rate;
    this.request = MemorySegment.ofArray(exchange.request());
    this.replies = new byte[connections][exchange.reply().length];
    this.received = new int[connections];
    this.due = new long[connections];
    this.free = new int[connections];
    while (freeCount < connections) {
      free[freeCount] = freeCount++;
    }
  }

  /** Runs for a time: the latency in nanoseconds that 99 of 100 replies did not exceed. */
  public long percentile99(long nanos) throws IOException {
    long[] latencies = new long[(int) (nanos / gap * 1.2) + 1000];
    int count = 0;
    long start = System.nanoTime();
    double next = 0;
    for (long now; (now = System.nanoTime()) - start < nanos; ) {
      while (next <= now - start && freeCount > 0) {
        int i = free[--freeCount];
        due[i] = start + (long) next;
        received[i] = 0;
        sockets.send(sockets.descriptor(i), request);
        next -= Math.log(1 - random.nextDouble()) * gap;
      }
      int ready = sockets.poll();
      for (int at = 0; at < ready; at++) {
        int i = sockets.ready(at);
        if (receive(i)) {
          latencies[count++] = System.nanoTime() - due[i];
        }
      }
    }
    Arrays.sort(latencies, 0, count);
    return latencies[(int) (count * 0.99)];
  }

  /** Returns whether the whole reply is there. */
  private boolean receive(int i) throws IOException {
    MemorySegment room = MemorySegment.ofArray(replies[i]).asSlice(received[i]);
    received[i] += sockets.receive(sockets.descriptor(i), room);
    if (received[i] < replies[i].length) {
      return false;
    }
    if (!exchange.matches(replies[i], 1)) {
      throw new IOException("a wrong reply: " + new String(replies[i]));
    }
    free[freeCount++] = i;
    return true;
  }

  @Override
  public void close() {
    sockets.close();
  }
}
