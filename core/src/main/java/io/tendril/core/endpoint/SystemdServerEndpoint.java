package io.tendril.core.endpoint;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.internal.systemd.Environment;
import io.tendril.core.internal.systemd.ListenVariables;
import io.tendril.core.systemd.NotActivated;
import io.tendril.spi.SocketSettings;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Sockets that systemd, or who does as it does, has opened before it started this process: after
 * sd_listen_fds(3), by their name ({@code FileDescriptorName=} of the socket unit) or by their
 * place. Those of one name are listened at together, as one {@link Listener}.
 *
 * <p>The variables are looked at when it begins to listen. Where they are not there, are another
 * process's or do not have the socket, that is a {@link io.tendril.core.ListenFailed} whose cause
 * is a {@link NotActivated}. The sockets stay open when the listener closes, as {@link
 * FdServerEndpoint} has it.
 */
public final class SystemdServerEndpoint implements ServerEndpoint {
  private final @Nullable String name;
  private final int index;
  private final SocketSettings settings;
  private final Environment environment;

  private SystemdServerEndpoint(
      @Nullable String name, int index, SocketSettings settings, Environment environment) {
    this.name = name;
    this.index = index;
    this.settings = settings;
    this.environment = environment;
  }

  /** The sockets of a name. */
  public static SystemdServerEndpoint named(String name) {
    return new SystemdServerEndpoint(name, 0, SocketSettings.defaults(), Environment.PROCESS);
  }

  /** The socket at a place, from 0. */
  public static SystemdServerEndpoint at(int index) {
    if (index < 0) {
      throw new IllegalArgumentException("index " + index);
    }
    return new SystemdServerEndpoint(null, index, SocketSettings.defaults(), Environment.PROCESS);
  }

  /** With other options of connections: {@code with(settings -> settings.keepAlive(true))}. */
  public SystemdServerEndpoint with(UnaryOperator<SocketSettings.Builder> change) {
    return withSettings(change.apply(settings.with()).build());
  }

  /** With other options of connections. */
  public SystemdServerEndpoint withSettings(SocketSettings newSettings) {
    return new SystemdServerEndpoint(name, index, newSettings, environment);
  }

  /** In another environment: for tests. */
  SystemdServerEndpoint in(Environment newEnvironment) {
    return new SystemdServerEndpoint(name, index, settings, newEnvironment);
  }

  /** What the accepted connections get. */
  public SocketSettings settings() {
    return settings;
  }

  @Override
  public Deferred<Listener> listen(Reactor reactor, ProtocolFactory<?> factory) {
    return AdoptedListener.listen(reactor, toString(), this::numbers, settings, factory);
  }

  private List<Integer> numbers() throws NotActivated {
    var variables = ListenVariables.read(environment);
    return name == null ? List.of(variables.at(index)) : variables.named(name);
  }

  /** As {@link Endpoints#server} reads it. */
  @Override
  public String toString() {
    return "systemd:"
        + (name == null ? "index=" + index : "name=" + Endpoints.escape(name))
        + SocketArguments.show(settings, SocketSettings.defaults());
  }
}
