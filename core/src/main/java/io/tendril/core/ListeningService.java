package io.tendril.core;

import io.tendril.core.endpoint.ServerEndpoint;
import org.jspecify.annotations.Nullable;

/** Listens while it runs. */
final class ListeningService implements Service {
  private final ServerEndpoint endpoint;
  private final ProtocolFactory<?> factory;
  private @Nullable Deferred<?> opening;
  private @Nullable Listener listener;

  ListeningService(ServerEndpoint endpoint, ProtocolFactory<?> factory) {
    this.endpoint = endpoint;
    this.factory = factory;
  }

  @Override
  public String name() {
    return endpoint.toString();
  }

  @Override
  public Deferred<Void> privilegedStart(Reactor reactor) {
    if (listener != null || opening != null) {
      return Deferred.failed(new IllegalStateException(name() + " is started already"));
    }
    Deferred<Void> opened =
        reactor
            .listen(endpoint, factory)
            .thenAccept(open -> listener = open)
            .whenComplete((nothing, failure) -> opening = null);
    opening = opened.isDone() ? null : opened;
    return opened;
  }

  @Override
  public Deferred<Void> start(Reactor reactor) {
    return listener != null ? Deferred.done() : privilegedStart(reactor);
  }

  @Override
  public Deferred<Void> stop() {
    if (opening != null) {
      opening.cancel();
    }
    Listener open = listener;
    listener = null;
    return open == null ? Deferred.done() : open.close();
  }
}
