package io.tendril.core.internal.net;

import io.tendril.core.DelayedCall;
import io.tendril.core.Reactor;
import io.tendril.core.internal.loop.LoopReactor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Delayed calls that end with their owner: a protocol, a connection, a socket. */
final class ScopedCalls {
  private final List<DelayedCall> calls = new ArrayList<>(1);

  /** Makes a call, which is born dropped if the owner is gone already. */
  DelayedCall add(LoopReactor reactor, Duration delay, Reactor.Action action, boolean gone) {
    var self = new DelayedCall[1];
    DelayedCall call =
        reactor.callInside(
            delay,
            () -> {
              calls.remove(self[0]);
              action.run();
            });
    self[0] = call;
    if (gone) {
      call.cancel();
    } else {
      calls.removeIf(other -> !other.active());
      calls.add(call);
    }
    return call;
  }

  void dropAll() {
    for (DelayedCall call : calls) {
      if (call.active()) {
        call.cancel();
      }
    }
    calls.clear();
  }
}
