package io.tendril.core.internal.direct;

import io.tendril.core.Source;
import io.tendril.core.Transport;
import io.tendril.core.policy.ForwardingTransport;

/**
 * The transport as a conversation gets at it: its connection is told when the input flows
 * elsewhere.
 */
final class WatchedTransport extends ForwardingTransport {
  private final Runnable taken;

  WatchedTransport(Transport inner, Runnable taken) {
    super(inner);
    this.taken = taken;
  }

  @Override
  public Source input() {
    taken.run();
    return super.input();
  }

  @Override
  public String toString() {
    return inner().toString();
  }
}
