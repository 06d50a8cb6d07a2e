package io.tendril.core.policy;

import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;

/**
 * A factory around another one, which is told when it starts and stops: to be extended by wrappers
 * of one's own, which build.
 *
 * @param <P> what the factory inside builds
 * @param <W> what this one builds
 */
public abstract class ForwardingFactory<P extends Protocol, W extends Protocol>
    implements ProtocolFactory<W> {
  private final ProtocolFactory<P> inner;

  /** A wrapper of a factory. */
  protected ForwardingFactory(ProtocolFactory<P> inner) {
    this.inner = inner;
  }

  /** The factory inside. */
  protected final ProtocolFactory<P> inner() {
    return inner;
  }

  @Override
  public void started() {
    inner.started();
  }

  @Override
  public void stopped() {
    inner.stopped();
  }

  @Override
  public String answerInTheClear() {
    return inner.answerInTheClear();
  }
}
