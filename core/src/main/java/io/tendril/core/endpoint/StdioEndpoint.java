package io.tendril.core.endpoint;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.descriptor.Descriptor;

/**
 * This process's standard input and output as one connection: to connect to, or to serve as the
 * only client that there will be. Either may be a terminal, a pipe, a file or the null device. A
 * terminal that is shared with a shell is not changed for it.
 *
 * <p>The connection takes them over. Once it has shut its output, standard output is the null
 * device; what is printed then goes nowhere.
 */
public record StdioEndpoint() implements ServerEndpoint, ClientEndpoint {
  private static final int INPUT = 0;
  private static final int OUTPUT = 1;

  @Override
  public <P extends Protocol> Deferred<P> connect(Reactor reactor, ProtocolFactory<P> factory) {
    var adopting = reactor.network().adopting();
    return adopting.stream(Descriptor.adopt(INPUT), Descriptor.adopt(OUTPUT), toString(), factory);
  }

  @Override
  public Deferred<Listener> listen(Reactor reactor, ProtocolFactory<?> factory) {
    var adopting = reactor.network().adopting();
    return adopting.serve(Descriptor.adopt(INPUT), Descriptor.adopt(OUTPUT), factory);
  }

  /** As {@link Endpoints} read it. */
  @Override
  public String toString() {
    return "stdio:";
  }
}
