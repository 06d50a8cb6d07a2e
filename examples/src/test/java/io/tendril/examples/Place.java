package io.tendril.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.testing.MemoryNetwork;
import io.tendril.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Where a program runs in a test: on which network, and what carries its coroutines. */
record Place(Net net, Carrier carrier) {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  enum Net {
    SOCKETS,
    MEMORY,
    /** In memory, with everything cut up at random. */
    SIMULATION
  }

  /** A loop on a virtual thread has its coroutines on virtual threads, whatever the options. */
  enum Carrier {
    CONTINUATIONS,
    VIRTUAL_THREADS;

    /** Runs something in a thread of this kind. */
    void run(Reactor.Action action) throws Exception {
      if (this == CONTINUATIONS) {
        action.run();
        return;
      }
      var thrown = new AtomicReference<Throwable>();
      Thread thread =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  action.run();
                } catch (Throwable e) {
                  thrown.set(e);
                }
              });
      assertThat(thread.join(LIMIT.multipliedBy(2))).as("ended").isTrue();
      rethrow(thrown.get());
    }
  }

  static List<Place> all() {
    List<Place> all = new ArrayList<>();
    for (Net net : Net.values()) {
      for (Carrier carrier : Carrier.values()) {
        all.add(new Place(net, carrier));
      }
    }
    return all;
  }

  @Override
  public String toString() {
    return net + ", " + carrier;
  }

  /** Runs a program to its end; what it throws comes out, as does what any reactor reports. */
  void run(Reactor.Setup<Deferred<Void>> program) throws Exception {
    carrier.run(() -> {
      switch (net) {
        case SOCKETS -> onSockets(program);
        case MEMORY -> in(new MemoryNetwork(), program);
        case SIMULATION -> {
          for (long seed = 1; seed <= 10; seed++) {
            in(new Simulation(seed).network(), program);
          }
        }
      }
    });
  }

  private static void onSockets(Reactor.Setup<Deferred<Void>> program) throws Exception {
    List<Object> failures = new ArrayList<>();
    Reactor.runUntil(reactor -> {
      reactor.observe(event -> {
        if (event.isFailure()) {
          failures.add(event);
        }
      });
      return program.start(reactor).orTimeout(LIMIT);
    });
    assertThat(failures).isEmpty();
  }

  private static void in(MemoryNetwork network, Reactor.Setup<Deferred<Void>> program)
      throws Exception {
    var ended = new AtomicReference<Object>(new AssertionError("it has not ended"));
    network
        .host("localhost")
        .run(reactor ->
            program
                .start(reactor)
                .orTimeout(LIMIT)
                .whenComplete((_, failure) -> ended.set(failure == null ? "well" : failure))
                .exceptionally(_ -> null));
    network.clock().runUntil(() -> !(ended.get() instanceof AssertionError), LIMIT.multipliedBy(2));
    network.clock().close();
    rethrow(ended.get());
  }

  private static void rethrow(Object outcome) throws Exception {
    switch (outcome) {
      case Exception e -> throw e;
      case Error e -> throw e;
      case null, default -> {}
    }
  }
}
