package io.tendril.spi;

import io.tendril.core.Deferred;
import java.net.InetAddress;
import java.util.function.Consumer;

/** Turns names into addresses. Used in the reactor's thread. */
@FunctionalInterface
public interface Resolver {
  /**
   * Looks a name up. Addresses are handed over as they become known, best first; the Deferred fires
   * when there are no more, or fails with {@link java.net.UnknownHostException}. Cancelling it
   * gives up. A literal address needs no lookup, and never comes here.
   */
  Deferred<Void> resolve(String host, Consumer<? super InetAddress> found);
}
