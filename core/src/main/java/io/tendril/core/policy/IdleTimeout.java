package io.tendril.core.policy;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Closes connections on which nothing has happened for a time: nothing has arrived, and nothing was
 * written or went out. The reason is {@link ConnectionClosed.TimedOut}.
 *
 * <pre>{@code
 * reactor.listen("tcp:8008", IdleTimeout.of(Duration.ofMinutes(10)).wrap(Member::new));
 * }</pre>
 *
 * <p>It costs a look at the clock for each message, and one delayed call for each connection. Time
 * goes on while reading is paused. A peer that takes nothing of what waits for it is found idle
 * within twice the time.
 *
 * @param limit how long
 * @param arrivalsOnly whether only what arrives counts
 */
public record IdleTimeout(Duration limit, boolean arrivalsOnly) {

  /** Checks the limit. */
  public IdleTimeout {
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("an idle time of " + limit);
    }
  }

  /** A limit of the time in which nothing arrives and nothing is written. */
  public static IdleTimeout of(Duration limit) {
    return new IdleTimeout(limit, false);
  }

  /** A limit of the time in which nothing arrives, whatever is written. */
  public static IdleTimeout ofArrivals(Duration limit) {
    return new IdleTimeout(limit, true);
  }

  /** Puts the limit on all connections of a factory. */
  public <P extends Protocol> ProtocolFactory<ForwardingProtocol<P>> wrap(
      ProtocolFactory<P> factory) {
    return Layer.around(factory, below -> new IdleLayer(below, this));
  }

  private static final class IdleLayer extends Layer {
    private final IdleTimeout policy;
    private final Timeout timeout;
    private long lastWaiting;

    IdleLayer(Transport below, IdleTimeout policy) {
      super(below);
      this.policy = policy;
      // Not the transport's, whose calls go when the protocol hands over.
      this.timeout = Timeout.of(below.reactor(), this::expired);
    }

    private void expired(Duration limit) {
      // What takes its time to go out, such as a file, is not idle; what does not move at all is.
      long waiting = inner().outboundBytes();
      if (!policy.arrivalsOnly && waiting > 0 && waiting != lastWaiting) {
        lastWaiting = waiting;
        timeout.set(limit);
        return;
      }
      String what = policy.arrivalsOnly ? "nothing received" : "idle";
      inner().loseConnection(new ConnectionClosed.TimedOut(peer(), what, limit));
    }

    @Override
    void opened() {
      timeout.set(policy.limit);
    }

    @Override
    void arrived(ByteBuffer news) {
      timeout.reset();
    }

    @Override
    void sending(ByteBuffer data) {
      if (!policy.arrivalsOnly) {
        timeout.reset();
      }
    }

    @Override
    void sendingFile(long count) {
      if (!policy.arrivalsOnly) {
        timeout.reset();
      }
    }

    @Override
    void closed(ConnectionClosed reason) {
      timeout.disable();
    }
  }
}
