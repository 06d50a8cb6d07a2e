package io.tendril.cli;

import io.tendril.core.LoopingCall;
import io.tendril.core.Reactor;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How connections are spread over targets, and how that is shown.
final class ForwardingOptions {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration EACH = Duration.ofSeconds(1);

  @Option(
      names = "--balance",
      paramLabel = "HOW",
      defaultValue = "round-robin",
      converter = BalanceName.class,
      description =
          "Which target is next: round-robin, least (connections), first (that is up), or source"
              + " (the same for each client's address). Default: round-robin.")
  private Balance balance = Balance.ROUND_ROBIN;

  @Option(
      names = "--check",
      paramLabel = "SECONDS",
      defaultValue = "2",
      description =
          "How often each target is connected to, to see whether it is there; 0: never. Only with"
              + " several targets. Default: 2.")
  private int seconds;

  @Option(
      names = "--live",
      description =
          "Show what goes through each target, once a second, in the place of a line for each"
              + " connection.")
  private boolean live;

  @Option(
      names = {"-q", "--quiet"},
      description = "No line for each connection, and none when a target goes or comes back.")
  private boolean quiet;

  /// Of all reactors.
  private final List<Targets> all = new CopyOnWriteArrayList<>();

  /// What forwards in a reactor. Throws [io.tendril.core.endpoint.EndpointSyntax] if a target
  /// cannot be read.
  ///
  /// @param log takes what makes lines about connections and targets
  Forwarding forwarding(Reactor reactor, List<String> endpoints, Consumer<Supplier<String>> log) {
    Targets targets = Targets.of(endpoints, balance);
    all.add(targets);
    boolean several = endpoints.size() > 1;
    boolean silent = live || quiet;
    var checks =
        new HealthChecks(
            Duration.ofSeconds(Math.max(1, seconds)),
            PATIENCE,
            several && !silent ? line -> log.accept(() -> line) : _ -> {});
    if (several && seconds > 0) {
      checks.start(reactor, targets);
    }
    return new Forwarding(targets, checks, silent ? _ -> {} : log);
  }

  /// Begins to show what there is, if that was asked for: from one reactor, of all.
  void show(Reactor reactor, PrintWriter out) {
    if (!live) {
      return;
    }
    var counters = new LiveCounters(out, isTerminal(System.console()));
    long[] last = {reactor.clock().nanoTime()};
    var _ =
        new LoopingCall(
                reactor,
                () -> {
                  long now = reactor.clock().nanoTime();
                  double passed = Math.max(1, now - last[0]) / 1e9;
                  last[0] = now;
                  return reactor.deferToThread(() -> {
                    counters.show(LiveCounters.rows(List.copyOf(all)), passed);
                    return passed;
                  });
                })
            .start(EACH)
            .exceptionally(_ -> null); // it is stopped with the reactor
  }

  private static boolean isTerminal(@Nullable Console console) {
    return console != null && console.isTerminal();
  }
}
