package io.tendril.testing.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Connection;
import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.tls.TlsOptions;
import io.tendril.testing.MemoryNetwork;
import io.tendril.testing.Simulation;
import io.tendril.testing.tls.Certificates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Where conversations are held: a network, what is put on top of it, and what carries their
 * coroutines.
 */
record Venue(Net net, Layers layers, Carrier carrier) {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final Set<Layers> SIMULATED =
      EnumSet.of(Layers.PLAIN, Layers.STAND_IN, Layers.JDK, Layers.BORINGSSL);

  enum Net {
    SOCKETS,
    MEMORY,
    /** In memory, with everything cut up at random. */
    SIMULATION
  }

  /** The engines of TLS, the lower first. */
  enum Layers {
    PLAIN,
    STAND_IN("stand-in"),
    JDK("JDK"),
    BORINGSSL("BoringSSL"),
    TLS_IN_TLS("BoringSSL", "JDK");

    private final String[] engines;

    Layers(String... engines) {
      this.engines = engines;
    }
  }

  /** A loop on a virtual thread has its coroutines on virtual threads, whatever the options. */
  enum Carrier {
    CONTINUATIONS,
    VIRTUAL_THREADS
  }

  static List<Venue> all() {
    List<Venue> all = new ArrayList<>();
    for (Net net : Net.values()) {
      for (Layers layers : Layers.values()) {
        boolean has =
            net == Net.SIMULATION ? SIMULATED.contains(layers) : layers != Layers.STAND_IN;
        for (Carrier carrier : has ? Carrier.values() : new Carrier[0]) {
          all.add(new Venue(net, layers, carrier));
        }
      }
    }
    return all;
  }

  @Override
  public String toString() {
    return net + ", " + layers + ", " + carrier;
  }

  boolean isVirtualTime() {
    return net != Net.SOCKETS;
  }

  // ---- Talking --------------------------------------------------------------------------------

  /** Holds one connection, from both ends; what either end throws comes out. */
  void talk(Protocol.Conversation server, Protocol.Conversation client) throws Exception {
    run(reactor -> meet(reactor, server, client));
  }

  /** Runs a program here. */
  void run(Reactor.Setup<Deferred<Void>> program) throws Exception {
    if (carrier == Carrier.CONTINUATIONS) {
      runHere(program);
      return;
    }
    var thrown = new AtomicReference<Throwable>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                runHere(program);
              } catch (Throwable e) {
                thrown.set(e);
              }
            });
    assertThat(thread.join(LIMIT.multipliedBy(2))).as("ended").isTrue();
    switch (thrown.get()) {
      case null -> {}
      case Exception e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new AssertionError(e);
    }
  }

  private void runHere(Reactor.Setup<Deferred<Void>> program) throws Exception {
    switch (net) {
      case SOCKETS ->
          Reactor.runUntil(reactor -> {
            List<ReactorEvent> failures = failures(reactor);
            return program
                .start(reactor)
                .thenRun(() -> assertThat(failures).isEmpty())
                .orTimeout(LIMIT);
          });
      case MEMORY -> runIn(new MemoryNetwork(), program);
      case SIMULATION -> {
        for (long seed = 1; seed <= 5; seed++) {
          try (var simulation = new Simulation(seed)) {
            runIn(simulation.network(), program);
          }
        }
      }
    }
  }

  private static List<ReactorEvent> failures(Reactor reactor) {
    List<ReactorEvent> failures = new ArrayList<>();
    reactor.observe(event -> {
      if (event.isFailure()) {
        failures.add(event);
      }
    });
    return failures;
  }

  private static void runIn(MemoryNetwork network, Reactor.Setup<Deferred<Void>> program)
      throws Exception {
    List<Object> ended = new ArrayList<>();
    network
        .host("localhost")
        .run(reactor ->
            program
                .start(reactor)
                .orTimeout(LIMIT)
                .whenComplete((_, failure) -> ended.add(failure == null ? "well" : failure))
                .exceptionally(_ -> null));
    network.clock().runUntil(() -> !ended.isEmpty(), LIMIT.multipliedBy(2));
    network.clock().close();
    switch (ended.isEmpty() ? new AssertionError("it has not ended") : ended.getFirst()) {
      case Exception e -> throw e;
      case Error e -> throw e;
      default -> {}
    }
  }

  private Deferred<Void> meet(
      Reactor reactor, Protocol.Conversation server, Protocol.Conversation client) {
    Promise<Void> served = reactor.promise();
    return reactor
        .listen(
            "tcp:0:interface=127.0.0.1",
            Protocol.direct(connection -> serve(connection, server, served)))
        .thenCompose(listener ->
            reactor.async(() -> {
              try (var connection = reactor.connect("tcp:127.0.0.1:" + listener.port()).await()) {
                secure(connection, false);
                client.hold(connection);
              }
              served.deferred().await();
              return null;
            }));
  }

  private void serve(Connection connection, Protocol.Conversation server, Promise<Void> served) {
    try {
      secure(connection, true);
      server.hold(connection);
      served.succeed();
    } catch (Throwable e) {
      served.fail(e);
    }
  }

  private void secure(Connection connection, boolean server) {
    for (String engine : layers.engines) {
      Certificates certificates = Certificates.on(engine);
      TlsOptions options = server ? certificates.server() : certificates.client();
      assertThat(connection.startTls(options).version()).isEqualTo("TLSv1.3");
    }
  }
}
