package io.tendril.testing;

import io.tendril.spi.Blocking;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

/**
 * A pool for blocking calls in virtual time. A call takes the time that its host says, and what it
 * does happens at the end of that, at one moment. As many are under way at once as a pool of
 * threads would have threads; more wait, and more than that are refused.
 *
 * <p>A call runs in a thread of its own, so that what belongs to a reactor's thread is refused to
 * it as it is outside of tests; the thread that drives the clock waits for its end. So nothing ever
 * runs beside it, and one that waits for another thread of the program under test waits for ever.
 */
final class VirtualBlocking implements Blocking {
  /** Bound in a thread that runs a call. */
  private static final ScopedValue<VirtualBlocking> INSIDE = ScopedValue.newInstance();

  private final MemoryNetwork network;
  private final MemoryHost host;
  private final String name;
  private final int threads;
  private final int queue;
  private final Set<Call> running = new LinkedHashSet<>();
  private final Queue<Call> waiting = new ArrayDeque<>();
  private boolean ended;

  /** A call that was handed in. */
  private static final class Call {
    final Runnable task;

    Call(Runnable task) {
      this.task = task;
    }
  }

  VirtualBlocking(MemoryHost host, String name, int threads, int queue) {
    this.host = host;
    this.network = host.network();
    this.name = name;
    this.threads = threads;
    this.queue = queue;
  }

  @Override
  public Runnable submit(Runnable task) {
    if (ended) {
      throw new RejectedExecutionException(name + " has been stopped");
    }
    var call = new Call(task);
    if (running.size() < threads) {
      begin(call);
    } else if (waiting.size() < queue) {
      waiting.add(call);
    } else {
      throw new RejectedExecutionException(
          "pool " + name + " is full: " + threads + " calls run and " + queue + " wait");
    }
    return () -> takeBack(call);
  }

  private void begin(Call call) {
    running.add(call);
    network.clock().after(host.blockingTime(), () -> end(call));
  }

  private void end(Call call) {
    if (!running.remove(call)) {
      return;
    }
    network.timeline().add(Timeline.Event.BLOCKING, host.end(0), Timeline.NOBODY, 0);
    beginNext();
    runToItsEnd(call.task);
  }

  private void runToItsEnd(Runnable task) {
    Thread thread =
        Thread.ofVirtual().name(name).start(() -> ScopedValue.where(INSIDE, this).run(task));
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true; // it is for who drives the clock, and is kept until that can hear it
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void beginNext() {
    Call next = waiting.poll();
    if (next != null) {
      begin(next);
    }
  }

  /** Cancelled: an interrupt ends what is under way, and nothing of it has happened. */
  private void takeBack(Call call) {
    if (running.remove(call)) {
      beginNext();
    } else {
      waiting.remove(call);
    }
  }

  /** Its program dies: what is under way has been done in part, if it is about files. */
  void die() {
    List<Call> begun = List.copyOf(running);
    interrupt();
    MemoryDisk disk = host.diskOrNull();
    if (disk != null && network.isChopping()) {
      begun.forEach(call -> disk.runWhileDying(() -> runToItsEnd(call.task)));
    }
  }

  @Override
  public void interrupt() {
    ended = true;
    running.clear();
    waiting.clear();
  }

  @Override
  public boolean ended() {
    return running.isEmpty();
  }

  /** The whole network waits for a call, whoever's it is. */
  @Override
  public boolean holdsReactor() {
    return INSIDE.isBound();
  }
}
