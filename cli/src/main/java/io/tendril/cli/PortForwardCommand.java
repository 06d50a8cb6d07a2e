package io.tendril.cli;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorGroup;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tendril portforward`: carries connections on to another place.
@Command(
    name = "portforward",
    description = "Carry connections on to another place, until Ctrl-C.",
    footer = {
      "",
      "For example:",
      "  tendril portforward --listen tcp:8081:interface=127.0.0.1 --to tcp:127.0.0.1:8080",
      "",
      "Over several targets, each as long as it can be reached, with TLS to the outside alone:",
      "  tendril portforward --listen tls:443:cert=FILE:key=FILE --balance least \\",
      "      --to tcp:10.0.0.1:80 --to tcp:10.0.0.2:80 --live",
      "",
      "Peers that vanish without a word, as they do when power fails, are noticed by probes only:",
      "  tendril portforward --listen tcp:8081:keepalive-idle=60 --to tcp:HOST:80:keepalive-idle=60"
    })
public final class PortForwardCommand implements TendrilCommand {
  @Spec private CommandSpec spec;

  @Option(
      names = "--listen",
      paramLabel = "ENDPOINT",
      required = true,
      description = "Where to listen; may be given several times.")
  private List<String> endpoints = List.of();

  @Option(
      names = "--to",
      paramLabel = "ENDPOINT",
      required = true,
      description =
          "Where to connect to, once for each connection; may be given several times. One that"
              + " cannot be reached twice in a row gets no connections until it can be.")
  private List<String> targets = List.of();

  @Mixin private ForwardingOptions balancing;

  @Mixin private ReactorsOption reactors;

  @Mixin private ProcessOptions processes;

  private final Hangup hangup = new Hangup();

  @Override
  public Integer call() throws IOException {
    return processes.run(
        () -> Place.of(endpoints),
        (listener, _) -> announce(listener),
        reactors,
        group -> start(group).thenRun(() -> hangup.heed(group.first())));
  }

  /// Starts to listen; says where once it accepts.
  Deferred<Void> start(ReactorGroup group) {
    Map<Reactor, Forwarding> shards = new ConcurrentHashMap<>();
    return group
        .inEach(shard -> {
          shards.put(shard, forwarding(shard));
          return Deferred.done();
        })
        .thenCompose(_ -> listen(group, shards, Place.of(endpoints), 0))
        .thenRun(() -> balancing.show(group.first(), spec.commandLine().getOut()));
  }

  /// One for each reactor, which has what it knows of the targets to itself.
  private Forwarding forwarding(Reactor reactor) {
    return balancing.forwarding(reactor, targets, line -> print(reactor, line));
  }

  private Deferred<Void> listen(
      ReactorGroup group, Map<Reactor, Forwarding> shards, List<Place> places, int number) {
    if (number == places.size()) {
      return Deferred.done();
    }
    Place place = places.get(number);
    return group
        .listen(place.endpoint(), shard -> Objects.requireNonNull(shards.get(shard)))
        .thenCompose(listener -> {
          hangup.add(place, listener);
          if (!ProcessOptions.isWorker()) { // its parent has said so
            announce(listener);
          }
          return listen(group, shards, places, number + 1);
        });
  }

  private void announce(Listener listener) {
    println(
        "Forwarding " + Forwarding.show(listener.address()) + " to " + String.join(", ", targets));
  }

  /// A line for each connection, off the reactor's thread: whoever reads it may be slow. When too
  /// many wait, lines are lost and connections go on.
  private void print(Reactor reactor, Supplier<String> line) {
    reactor
        .deferToThread(() -> {
          println(line.get());
          return true;
        })
        .exceptionally(_ -> false);
  }

  private void println(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
