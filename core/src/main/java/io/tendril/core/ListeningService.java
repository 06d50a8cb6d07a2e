package io.tendril.core;

import org.jspecify.annotations.Nullable;

/** Listens while it runs. */
final class ListeningService implements Service {
  private final String endpoint;
  private final ProtocolFactory<?> factory;
  private @Nullable Listener listener;

  ListeningService(String endpoint, ProtocolFactory<?> factory) {
    this.endpoint = endpoint;
    this.factory = factory;
  }

  @Override
  public String name() {
    return endpoint;
  }

  @Override
  public Deferred<Void> privilegedStart(Reactor reactor) {
    return reactor.listen(endpoint, factory).thenAccept(opened -> listener = opened);
  }

  @Override
  public Deferred<Void> start(Reactor reactor) {
    return listener != null ? Deferred.done() : privilegedStart(reactor);
  }

  @Override
  public Deferred<Void> stop() {
    Listener open = listener;
    listener = null;
    return open == null ? Deferred.done() : open.close();
  }
}
