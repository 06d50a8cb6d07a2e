package io.tendril.core.endpoint;

import io.tendril.core.proxy.ProxyProtocol;
import java.util.List;

/** {@code haproxy:} in strings: over whatever other kind follows. */
final class ProxyKind implements EndpointKind.Server {
  @Override
  public String name() {
    return "haproxy";
  }

  @Override
  public String serverGrammar() {
    return "haproxy:[from=ADDRESS[,ADDRESS]...:][header-time=SECONDS:][limit=OCTETS:]SERVER";
  }

  @Override
  public ServerEndpoint server(Arguments arguments) {
    ProxyProtocol policy = arguments.option("from", ProxyKind::policy);
    if (policy == null) {
      policy = ProxyProtocol.fromHere();
    }
    var time = arguments.option("header-time", Arguments::seconds);
    if (time != null) {
      policy = policy.within(time);
    }
    var limit = arguments.option("limit", Integer::valueOf);
    if (limit != null) {
      policy = policy.withLimit(limit);
    }
    return new ProxyServerEndpoint(arguments.serverOver("tcp"), policy);
  }

  private static ProxyProtocol policy(String ranges) {
    return ProxyProtocol.fromHere().withTrusted(List.of(ranges.split(",", -1)));
  }
}
