package io.tendril.core.endpoint;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.spi.SocketSettings;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A socket that listens already, by the number of its descriptor: whoever started this process has
 * opened it.
 *
 * <p>Each listener has a duplicate of it. So the descriptor stays open, and keeps its backlog, when
 * a listener closes, and can be listened at again, or by several reactors. One that is no socket
 * that listens is a {@link io.tendril.core.ListenFailed} that says what it is.
 *
 * @param number the number of the descriptor
 * @param settings what the accepted connections get
 */
public record FdServerEndpoint(int number, SocketSettings settings) implements ServerEndpoint {
  /** Checks the number. */
  public FdServerEndpoint {
    if (number < 0) {
      throw new IllegalArgumentException("descriptor " + number);
    }
  }

  /** A descriptor by its number. */
  public static FdServerEndpoint of(int number) {
    return new FdServerEndpoint(number, SocketSettings.defaults());
  }

  /** With other options of connections: {@code with(settings -> settings.keepAlive(true))}. */
  public FdServerEndpoint with(UnaryOperator<SocketSettings.Builder> change) {
    return withSettings(change.apply(settings.with()).build());
  }

  /** With other options of connections. */
  public FdServerEndpoint withSettings(SocketSettings newSettings) {
    return new FdServerEndpoint(number, newSettings);
  }

  @Override
  public Deferred<Listener> listen(Reactor reactor, ProtocolFactory<?> factory) {
    return AdoptedListener.listen(reactor, toString(), () -> List.of(number), settings, factory);
  }

  /** As {@link Endpoints#server} reads it. */
  @Override
  public String toString() {
    return "fd:" + number + SocketArguments.show(settings, SocketSettings.defaults());
  }
}
