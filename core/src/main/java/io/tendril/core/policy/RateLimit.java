package io.tendril.core.policy;

import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Transport;
import io.tendril.spi.TimeSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many bytes a second flow each way: what arrives, by pausing reading, so that the
 * kernel holds the sender up; what is written, by holding it back. After a pause, one second's
 * worth may flow at once; over any longer time the rate holds.
 *
 * <pre>{@code
 * reactor.listen("tcp:2121", RateLimit.outgoing(1_000_000).wrap(factory));
 * }</pre>
 *
 * <p>What is held back counts as outbound: {@code writable} turns false at the high mark, and
 * reading pauses there as it does on any transport; more than 16 MiB of it close the connection.
 * Bytes are counted as the protocol sees them. A connection that closes sends what it holds back
 * first, at its rate; {@code startTls} sends it at once.
 *
 * <p>Each connection has the rate to itself, unless it is shared by all connections of the factory
 * that was wrapped. What is wrapped is used by one reactor.
 *
 * @param incoming bytes a second that may arrive; 0 for no limit
 * @param outgoing bytes a second that may be written; 0 for no limit
 * @param shared whether all connections share the rates
 */
public record RateLimit(long incoming, long outgoing, boolean shared) {

  /** Checks the rates. */
  public RateLimit {
    if (incoming < 0 || outgoing < 0) {
      throw new IllegalArgumentException(
          "rates of " + incoming + " and " + outgoing + " bytes a second");
    }
  }

  /** A limit of what arrives. */
  public static RateLimit incoming(long bytesPerSecond) {
    return new RateLimit(bytesPerSecond, 0, false);
  }

  /** A limit of what is written. */
  public static RateLimit outgoing(long bytesPerSecond) {
    return new RateLimit(0, bytesPerSecond, false);
  }

  /** A limit each way. */
  public static RateLimit of(long incoming, long outgoing) {
    return new RateLimit(incoming, outgoing, false);
  }

  /** The same rates for all connections together. */
  public RateLimit sharedByAll() {
    return new RateLimit(incoming, outgoing, true);
  }

  /** Puts the limit on all connections of a factory. */
  public <P extends Protocol> ProtocolFactory<ForwardingProtocol<P>> wrap(
      ProtocolFactory<P> factory) {
    if (!shared) {
      return Layer.around(
          factory,
          below -> {
            TimeSource clock = below.reactor().clock();
            return new RateLayer(below, bucket(incoming, clock), bucket(outgoing, clock));
          });
    }
    return Layer.around(
        factory,
        new Function<>() {
          private @Nullable Bucket in;
          private @Nullable Bucket out;

          @Override
          public Layer apply(Transport below) {
            TimeSource clock = below.reactor().clock();
            in = in == null ? bucket(incoming, clock) : in;
            out = out == null ? bucket(outgoing, clock) : out;
            return new RateLayer(below, in, out);
          }
        });
  }

  private static @Nullable Bucket bucket(long perSecond, TimeSource clock) {
    return perSecond == 0 ? null : new Bucket(perSecond, clock);
  }
}
