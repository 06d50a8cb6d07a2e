package io.tendril.core.endpoint;

import io.tendril.core.multicast.Group;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code udp:} in strings. */
final class UdpKind implements EndpointKind.DatagramServer, EndpointKind.DatagramClient {
  @Override
  public String name() {
    return "udp";
  }

  @Override
  public String datagramServerGrammar() {
    return "udp:PORT[:interface=ADDRESS][:group=GROUP[:interface=NAME]][:OPTION=VALUE]...";
  }

  @Override
  public DatagramServerEndpoint datagramServer(Arguments arguments) {
    int port = arguments.required("port", Arguments::port);
    var endpoint = UdpServerEndpoint.port(port);
    List<Group> groups = arguments.option("group", SocketArguments::groups);
    if (groups == null) {
      var address = arguments.option("interface", Arguments::address);
      if (address != null) {
        endpoint = endpoint.on(address);
      }
      return endpoint.withSettings(
          SocketArguments.datagramServer(arguments, List.of(), null, endpoint.settings()));
    }
    // A socket that listens on one address of this machine would not hear them.
    String by = arguments.option("interface", Arguments::text);
    return endpoint.withSettings(
        SocketArguments.datagramServer(arguments, on(by, groups), by, endpoint.settings()));
  }

  private static List<Group> on(@Nullable String by, List<Group> groups) {
    return by == null
        ? groups
        : groups.stream().map(each -> each.on() == null ? each.on(by) : each).toList();
  }

  @Override
  public String datagramClientGrammar() {
    return "udp:HOST:PORT[:timeout=SECONDS][:bind=ADDRESS][:OPTION=VALUE]...";
  }

  @Override
  public DatagramClientEndpoint datagramClient(Arguments arguments) {
    String host = arguments.required("host", Arguments::host);
    int port = arguments.required("port", Arguments.number(1, 65_535));
    var endpoint = UdpClientEndpoint.to(host, port);
    Duration timeout = arguments.option("timeout", Arguments::seconds);
    if (timeout != null) {
      endpoint = endpoint.within(timeout);
    }
    return endpoint.withSettings(SocketArguments.datagramClient(arguments, endpoint.settings()));
  }
}
