package io.tendril.core.endpoint;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Refusal;
import io.tendril.core.Transport;
import io.tendril.core.framing.FramingViolation;
import io.tendril.core.internal.net.TurnedAway;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at the first bytes of one connection until it knows whose they are. */
final class Selecting implements Protocol {
  private final Transport transport;
  private final List<FirstBytes.Rule> rules;
  private final @Nullable ProtocolFactory<?> otherwise;
  private final int bytes;
  private final Duration time;

  /** Whom the connection is for if the time is up now. */
  private @Nullable ProtocolFactory<?> best;

  Selecting(
      Transport transport,
      List<FirstBytes.Rule> rules,
      @Nullable ProtocolFactory<?> otherwise,
      int bytes,
      Duration time) {
    this.transport = transport;
    this.rules = rules;
    this.otherwise = otherwise;
    this.bytes = bytes;
    this.time = time;
    this.best = otherwise;
  }

  @Override
  public void connectionMade() {
    // Dropped when another protocol takes over.
    transport.callLater(
        time,
        () ->
            handOver(
                best, new ConnectionClosed.TimedOut(transport.peer(), "no known protocol", time)));
  }

  @Override
  public void dataReceived(ByteBuffer data) {
    if (!data.hasRemaining()) {
      return;
    }
    best = otherwise;
    boolean undecided = false;
    for (FirstBytes.Rule rule : rules) {
      FirstBytes.Answer answer = rule.test().judge(data.asReadOnlyBuffer());
      if (answer == FirstBytes.Answer.YES) {
        best = rule.factory();
        break;
      }
      undecided |= answer == FirstBytes.Answer.MORE;
    }
    if (!undecided || data.remaining() >= bytes) {
      handOver(
          best,
          new ConnectionClosed.Violation(
              transport.peer(), new FramingViolation("first bytes of no known protocol")));
    }
  }

  private void handOver(@Nullable ProtocolFactory<?> factory, ConnectionClosed otherwiseReason) {
    if (factory == null) {
      transport.loseConnection(otherwiseReason);
      return;
    }
    try {
      transport.become(factory);
    } catch (Refusal refusal) {
      TurnedAway.close(transport, transport.peer(), refusal);
    }
  }

  /** The first bytes may be on their way: whoever they are for is asked. */
  @Override
  public void retire(Transport retired) {}

  @Override
  public int unreadLimit() {
    return Math.max(Protocol.super.unreadLimit(), bytes);
  }
}
