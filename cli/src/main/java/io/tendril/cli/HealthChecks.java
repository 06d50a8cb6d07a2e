package io.tendril.cli;

import io.tendril.core.Deferred;
import io.tendril.core.LoopingCall;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.ProcessClientEndpoint;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;

/// Connects to each target now and then, and hangs up: who cannot be reached twice in a row gets no
/// connections until it can be. With TLS to the target that includes the handshake. A target that
/// is a program is not checked, since that would be to start it.
///
/// @param interval from one check of a target to the next
/// @param patience how long a check may take
/// @param log takes a line when a target goes or comes back
record HealthChecks(Duration interval, Duration patience, Consumer<String> log) {

  /// Begins, for as long as the reactor runs.
  void start(Reactor reactor, Targets targets) {
    for (Target each : targets.all()) {
      if (each.endpoint() instanceof ProcessClientEndpoint) {
        continue;
      }
      var _ =
          new LoopingCall(reactor, () -> check(reactor, each))
              .start(interval)
              .exceptionally(_ -> null); // it is stopped with the reactor
    }
  }

  private Deferred<?> check(Reactor reactor, Target target) {
    return target
        .endpoint()
        .connect(reactor, Probe::new)
        .orTimeout(patience)
        .handle(
            probe -> {
              probe.transport().loseConnection();
              reached(target);
              return true;
            },
            failure -> {
              missed(target, failure);
              return false;
            });
  }

  /// A connection or a check has reached it.
  void reached(Target target) {
    if (target.reached()) {
      log.accept(target.name() + " is up again");
    }
  }

  /// A connection or a check has not.
  void missed(Target target, Throwable failure) {
    if (target.missed()) {
      log.accept(target.name() + " is down: " + failure.getMessage());
    }
  }

  private record Probe(Transport transport) implements Protocol {
    @Override
    public void dataReceived(ByteBuffer data) {
      data.position(data.limit());
    }
  }
}
