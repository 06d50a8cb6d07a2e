package io.tendril.core.endpoint;

import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.SocketSettings;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * A UNIX socket to connect to.
 *
 * <pre>{@code
 * reactor.connect(UnixClientEndpoint.to("/run/echo.sock"), Asker::new);
 * }</pre>
 *
 * @param address the file, or an abstract name, which the engine {@code linux} alone has
 * @param timeout for connecting; 30 s by default
 * @param settings what the socket is opened with
 */
public record UnixClientEndpoint(UnixAddress address, Duration timeout, SocketSettings settings)
    implements ClientEndpoint {

  /** Checks that there are a name and a time. */
  public UnixClientEndpoint {
    checkNamed(address);
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("a timeout of " + timeout);
    }
  }

  static void checkNamed(UnixAddress address) {
    if (address.isUnnamed()) {
      throw new IllegalArgumentException("a UNIX socket needs a name here");
    }
  }

  /**
   * To a path or, with an {@code @} in front, an abstract name.
   *
   * @throws UnixAddress.TooLong if it has more than {@value UnixAddress#LONGEST} bytes
   */
  public static UnixClientEndpoint to(String name) {
    return to(UnixAddress.of(name));
  }

  /** To an address: that of a listener, for example. */
  public static UnixClientEndpoint to(UnixAddress address) {
    return new UnixClientEndpoint(
        address, TcpClientEndpoint.DEFAULT_TIMEOUT, SocketSettings.defaults());
  }

  /** With another bound for connecting. */
  public UnixClientEndpoint within(Duration newTimeout) {
    return new UnixClientEndpoint(address, newTimeout, settings);
  }

  /** With other socket options: {@code with(settings -> settings.sendBuffer(1 << 20))}. */
  public UnixClientEndpoint with(UnaryOperator<SocketSettings.Builder> change) {
    return withSettings(change.apply(settings.with()).build());
  }

  /** With other socket options. */
  public UnixClientEndpoint withSettings(SocketSettings newSettings) {
    return new UnixClientEndpoint(address, timeout, newSettings);
  }

  @Override
  public <P extends Protocol> Deferred<P> connect(Reactor reactor, ProtocolFactory<P> factory) {
    return reactor.network().connect(address, address.toString(), settings, timeout, factory);
  }

  /** As {@link Endpoints#client} reads it. */
  @Override
  public String toString() {
    return "unix:"
        + Endpoints.escape(address.name())
        + (timeout.equals(TcpClientEndpoint.DEFAULT_TIMEOUT)
            ? ""
            : ":timeout=" + SocketArguments.seconds(timeout))
        + SocketArguments.show(settings, SocketSettings.defaults());
  }
}
