package io.tendril.cli;

import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import java.util.ArrayList;
import java.util.List;

/// Where a command listens. Those that have certificates from files read them again on SIGHUP; a
/// command without such a listener ends on it, as programs do when their terminal goes.
final class Listeners {
  private final List<Listener> withFiles = new ArrayList<>();

  void add(String endpoint, Listener listener) {
    if (endpoint.startsWith("tls:") || endpoint.contains(":tls:")) {
      withFiles.add(listener);
    }
  }

  void reloadOnHangup(Reactor reactor) {
    if (!withFiles.isEmpty()) {
      reactor.onSignal("HUP", this::reload);
    }
  }

  /// What fails is reported by the listener, which goes on with what it had.
  private void reload() {
    for (var listener : withFiles) {
      var _ = listener.reload().exceptionally(_ -> null);
    }
  }
}
