package io.tendril.core;

import io.tendril.core.internal.Home;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Hands signals that come in any thread over to a home: one at a time, in order, and never one
 * inside of another. A signal from the home's own thread runs before {@link #put} returns, unless
 * one is running already. Signals to a loop that has ended are dropped; to a thread without a loop,
 * they throw.
 */
final class Mailbox {
  private final Home home;
  private final Queue<Runnable> signals = new ConcurrentLinkedQueue<>();
  private boolean running;

  Mailbox(Home home) {
    this.home = home;
  }

  void put(Runnable signal) {
    signals.add(signal);
    if (home.isCurrent()) {
      drain();
    } else {
      home.post(this::drain);
    }
  }

  private void drain() {
    if (running) {
      return;
    }
    running = true;
    boolean threw = true;
    try {
      for (@Nullable Runnable signal; (signal = signals.poll()) != null; ) {
        signal.run();
      }
      threw = false;
    } finally {
      running = false;
      if (threw && !signals.isEmpty()) {
        home.post(this::drain);
      }
    }
  }
}
