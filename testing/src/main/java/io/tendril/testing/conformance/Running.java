package io.tendril.testing.conformance;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;

/** A reactor that runs by itself, in a thread and a time of its own. */
final class Running {
  /** What it has reported. */
  final ConcurrentLinkedQueue<ReactorEvent> events = new ConcurrentLinkedQueue<>();

  private final Reactor reactor;
  private final Duration patience;

  Running(Reactor reactor, Duration patience) {
    this.reactor = reactor;
    this.patience = patience;
    reactor.observe(events::add);
    reactor.start();
  }

  Reactor reactor() {
    return reactor;
  }

  /** Calls something in the reactor's thread, and waits for what it results in. */
  <T> T call(Callable<? extends Deferred<T>> function) throws Exception {
    return reactor.blockingCall(function, patience);
  }

  /** Does something in the reactor's thread, and waits until it is done. */
  void run(Reactor.Action action) throws Exception {
    call(() -> {
      action.run();
      return Deferred.done();
    });
  }

  /** Waits for something that another thread does. */
  void await(CountDownLatch latch) throws InterruptedException {
    Assertions.assertTrue(
        latch.await(patience.toMillis(), TimeUnit.MILLISECONDS), "waited in vain");
  }

  /** Takes the events of a type. */
  <E extends ReactorEvent> List<E> reported(Class<E> type) {
    List<E> found = events.stream().filter(type::isInstance).map(type::cast).toList();
    events.removeAll(found);
    return found;
  }

  /** Stops it, and waits until it has stopped. */
  void stop() throws Exception {
    reactor.stop();
    reactor.awaitStopped(patience);
  }
}
