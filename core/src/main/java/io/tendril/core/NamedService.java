package io.tendril.core;

/** A service under another name. */
record NamedService(String name, Service inner) implements Service {
  @Override
  public Deferred<Void> privilegedStart(Reactor reactor) {
    return inner.privilegedStart(reactor);
  }

  @Override
  public Deferred<Void> start(Reactor reactor) {
    return inner.start(reactor);
  }

  @Override
  public Deferred<Void> stop() {
    return inner.stop();
  }
}
