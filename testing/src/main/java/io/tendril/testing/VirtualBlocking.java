package io.tendril.testing;

import io.tendril.spi.Blocking;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

/**
 * Blocking calls without threads: each runs by itself, in the thread that drives the clock, soon
 * after it was handed in. One that waits for another thread of the program under test waits for
 * ever.
 */
final class VirtualBlocking implements Blocking {
  private final MemoryNetwork network;
  private final MemoryHost host;
  private final Set<Object> waiting = new LinkedHashSet<>();
  private boolean ended;

  VirtualBlocking(MemoryHost host) {
    this.host = host;
    this.network = host.network();
  }

  @Override
  public Runnable submit(Runnable task) {
    if (ended) {
      throw new RejectedExecutionException("the reactor has stopped");
    }
    Object entry = new Object();
    waiting.add(entry);
    network
        .clock()
        .after(
            host.blockingTime(),
            () -> {
              if (waiting.remove(entry)) {
                network.timeline().add(Timeline.Event.BLOCKING, host.end(0), Timeline.NOBODY, 0);
                task.run();
              }
            });
    return () -> waiting.remove(entry);
  }

  @Override
  public void interrupt() {
    ended = true;
    waiting.clear();
  }

  @Override
  public boolean ended() {
    return waiting.isEmpty();
  }
}
