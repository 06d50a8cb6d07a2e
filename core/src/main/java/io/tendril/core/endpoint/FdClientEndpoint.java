package io.tendril.core.endpoint;

import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.descriptor.Descriptor;

/**
 * A connection that is there already, by the numbers of its descriptors: of a socket, or of two
 * pipes. The connection takes them over, and closes them at its end.
 *
 * @param input the descriptor to read of
 * @param output the descriptor to write to, which may be the same
 */
public record FdClientEndpoint(int input, int output) implements ClientEndpoint {
  /** Checks the numbers. */
  public FdClientEndpoint {
    if (input < 0 || output < 0) {
      throw new IllegalArgumentException("descriptors " + input + " and " + output);
    }
  }

  /** A descriptor that goes both ways: a socket, a terminal. */
  public static FdClientEndpoint of(int number) {
    return new FdClientEndpoint(number, number);
  }

  /** A descriptor to read of and one to write to. */
  public static FdClientEndpoint of(int input, int output) {
    return new FdClientEndpoint(input, output);
  }

  @Override
  public <P extends Protocol> Deferred<P> connect(Reactor reactor, ProtocolFactory<P> factory) {
    var adopting = reactor.network().adopting();
    Descriptor in = Descriptor.adopt(input);
    Descriptor out = input == output ? in : Descriptor.adopt(output);
    return adopting.stream(in, out, toString(), factory);
  }

  /** As {@link Endpoints#client} reads it. */
  @Override
  public String toString() {
    return "fd:" + input + (input == output ? "" : "," + output);
  }
}
