package io.tendril.cli;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import io.tendril.core.systemd.Notifier;
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

  /// Begins to heed the signal. An action that throws is reported, and the others are called. A
  /// manager of this service hears of it, and when all is done.
  void heed(Reactor reactor) {
    if (actions.isEmpty()) {
      return;
    }
    var manager = Notifier.of(reactor);
    List<Deferred<?>> under = new ArrayList<>();
    reactor.onSignal("HUP", () -> under.add(manager.reloading().exceptionally(_ -> null)));
    for (var action : actions) {
      reactor.onSignal("HUP", () -> under.add(action.get()));
    }
    reactor.onSignal(
        "HUP",
        () -> {
          var all = Deferred.settle(List.copyOf(under));
          under.clear();
          var _ = all.thenCompose(_ -> manager.ready()).exceptionally(_ -> null);
        });
  }
}
