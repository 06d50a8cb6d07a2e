package io.tendril.core.endpoint;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.SocketSettings;
import java.util.function.UnaryOperator;

/**
 * A UNIX socket to listen on: for the programs of this machine that its file lets in.
 *
 * <pre>{@code
 * reactor.listen(UnixServerEndpoint.at("/run/echo.sock").mode(0660), Echo::new);
 * }</pre>
 *
 * <p>The file is there for as long as the listener: it goes when that is closed, unless another one
 * has taken its place. One that a program has left behind, to which nobody listens, makes room.
 * Where somebody listens, or where something else than a socket is, listening fails with {@link
 * io.tendril.core.ListenFailed}, and nothing is changed.
 *
 * @param address the file, or an abstract name, which the engine {@code linux} alone has
 * @param settings what the sockets are opened with, the accepted ones too
 */
public record UnixServerEndpoint(UnixAddress address, SocketSettings settings)
    implements ServerEndpoint {

  /** Checks that there is a name. */
  public UnixServerEndpoint {
    UnixClientEndpoint.checkNamed(address);
  }

  /**
   * At a path or, with an {@code @} in front, an abstract name.
   *
   * @throws UnixAddress.TooLong if it has more than {@value UnixAddress#LONGEST} bytes
   */
  public static UnixServerEndpoint at(String name) {
    return at(UnixAddress.of(name));
  }

  /** At an address. */
  public static UnixServerEndpoint at(UnixAddress address) {
    return new UnixServerEndpoint(address, SocketSettings.defaults());
  }

  /**
   * With permissions of the file, which are in force before anybody can connect: 0660 for the user
   * and the group. Without, they are what the umask of the process leaves. Who may not write to it
   * cannot connect.
   */
  public UnixServerEndpoint mode(int permissions) {
    return with(settings -> settings.mode(permissions));
  }

  /** With other socket options: {@code with(settings -> settings.backlog(16))}. */
  public UnixServerEndpoint with(UnaryOperator<SocketSettings.Builder> change) {
    return withSettings(change.apply(settings.with()).build());
  }

  /** With other socket options. */
  public UnixServerEndpoint withSettings(SocketSettings newSettings) {
    return new UnixServerEndpoint(address, newSettings);
  }

  @Override
  public Deferred<Listener> listen(Reactor reactor, ProtocolFactory<?> factory) {
    return reactor.network().listen(address, settings, factory);
  }

  /** As {@link Endpoints#server} reads it. */
  @Override
  public String toString() {
    return "unix:"
        + Endpoints.escape(address.name())
        + SocketArguments.show(settings, SocketSettings.defaults());
  }
}
