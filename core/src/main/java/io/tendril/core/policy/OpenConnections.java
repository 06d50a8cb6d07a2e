package io.tendril.core.policy;

import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Refusal;
import io.tendril.core.Transport;

/** How many connections are open, against a limit. Confined to one reactor's thread. */
class OpenConnections {
  private final int most;
  private int open;

  OpenConnections(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("a limit of " + most + " connections");
    }
    this.most = most;
  }

  final boolean full() {
    return open >= most;
  }

  final boolean isEmpty() {
    return open == 0;
  }

  /** The number of open connections has changed. */
  void changed() {}

  /**
   * Builds a protocol, and counts its connection until it is gone.
   *
   * @throws Refusal at the limit
   */
  final <P extends Protocol> P build(ProtocolFactory<P> factory, Transport transport, String whose)
      throws Exception {
    if (full()) {
      throw new Refusal("the limit of " + most + " connections" + whose + " is reached");
    }
    open++;
    changed();
    transport.onClosed(reason -> {
      open--;
      changed();
    });
    return factory.build(transport);
  }
}
