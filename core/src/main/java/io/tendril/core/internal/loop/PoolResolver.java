package io.tendril.core.internal.loop;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.spi.Resolver;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;

/** The system's resolver, which blocks, on the pool. */
record PoolResolver(Reactor reactor) implements Resolver {
  @Override
  public Deferred<Void> resolve(String host, Consumer<? super InetAddress> found) {
    return reactor
        .<List<InetAddress>>deferToThread(() -> List.of(InetAddress.getAllByName(host)))
        .thenAccept(addresses -> addresses.forEach(found));
  }
}
