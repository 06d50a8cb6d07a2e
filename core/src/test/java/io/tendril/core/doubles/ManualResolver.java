package io.tendril.core.doubles;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.spi.Resolver;
import java.net.InetAddress;
import java.util.function.Consumer;

/** A resolver that answers when a test says so. It holds one lookup. */
public final class ManualResolver implements Resolver {
  private Consumer<? super InetAddress> found;
  private Promise<Void> promise;

  public String host;
  public boolean cancelled;

  public ManualResolver(ManualReactor reactor) {
    reactor.resolver = this;
  }

  @Override
  public Deferred<Void> resolve(String newHost, Consumer<? super InetAddress> newFound) {
    host = newHost;
    found = newFound;
    promise = Promise.create();
    promise.onCancel(() -> cancelled = true);
    return promise.deferred();
  }

  /** An address is known. */
  public void find(String address) {
    found.accept(InetAddress.ofLiteral(address));
  }

  /** There are no more. */
  public void end() {
    promise.succeed();
  }

  public void fail(Throwable failure) {
    promise.fail(failure);
  }
}
