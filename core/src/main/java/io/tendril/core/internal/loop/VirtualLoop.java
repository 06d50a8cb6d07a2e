package io.tendril.core.internal.loop;

import io.tendril.core.internal.Home;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The rest of a loop in a virtual thread, while the thread that ran it so far waits for the end.
 */
final class VirtualLoop {
  private VirtualLoop() {}

  static void run(LoopReactor reactor) {
    var thrown = new AtomicReference<@Nullable Throwable>();
    Thread rest =
        Thread.ofVirtual()
            .name(reactor.name())
            .unstarted(() -> {
              Home.enter(reactor);
              try {
                while (reactor.turn(LoopReactor.NO_LIMIT)) {}
              } catch (Throwable e) {
                thrown.set(e);
              }
            });
    reactor.lend(rest);
    rest.start();
    await(rest);
    switch (thrown.get()) {
      case Error error -> throw error;
      case RuntimeException failure -> throw failure;
      case null, default -> {}
    }
  }

  /** Waits for the end. An interrupt is kept for later: it is no way to stop a reactor. */
  private static void await(Thread other) {
    boolean interrupted = false;
    while (other.isAlive()) {
      try {
        other.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
