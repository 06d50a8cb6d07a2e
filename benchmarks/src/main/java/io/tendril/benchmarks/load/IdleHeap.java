package io.tendril.benchmarks.load;

import java.io.IOException;

/** Heap per connection that has had one reply and is kept open. */
public final class IdleHeap {
  /** Opened first, so that what is made once has been made. */
  private static final int FIRST = 200;

  private IdleHeap() {}

  /** Opens so many connections to a server: the bytes of its heap that each takes. */
  public static double each(ServerProcess server, Exchange exchange, int count) throws IOException {
    try (var crowd = new Crowd(server, exchange)) {
      crowd.grow(FIRST);
      long before = server.heap();
      crowd.grow(count);
      return (double) (server.heap() - before) / count;
    }
  }
}
