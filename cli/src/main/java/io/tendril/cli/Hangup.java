package io.tendril.cli;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// What a command reads or opens again on SIGHUP. One without anything of the kind ends on it, as
/// programs do when their terminal goes.
final class Hangup {
  private final List<Supplier<? extends Deferred<?>>> actions = new ArrayList<>();

  /// Adds something to do; it reports by itself what fails.
  void add(Supplier<? extends Deferred<?>> action) {
    actions.add(action);
  }

  /// Adds a listener, whose certificates are read again if it has such. What fails is reported by
  /// the listener, which goes on with what it had.
  void add(Place place, Listener listener) {
    if (place.secure()) {
      add(() -> listener.reload().exceptionally(_ -> null));
    }
  }

  /// Begins to heed the signal. An action that throws is reported, and the others are called.
  void heed(Reactor reactor) {
    for (var action : actions) {
      reactor.onSignal(
          "HUP",
          () -> {
            var _ = action.get();
          });
    }
  }
}
