package io.tendril.core.policy;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.DelayedCall;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A bound on the time until something happens, which a protocol sets, resets each time that it does
 * happen, and disables. By default the connection closes when the time is up.
 *
 * <pre>{@code
 * private final Timeout patience = Timeout.closing(transport, "no command");
 *
 * public void connectionMade() {
 *   patience.set(Duration.ofMinutes(5));
 * }
 *
 * protected void lineReceived(String line) {
 *   patience.reset();
 *   ...
 * }
 * }</pre>
 *
 * <p>A reset costs a look at the clock: the delayed call behind it stays where it is, and looks at
 * the deadline when it comes. Used in the reactor's thread.
 */
public final class Timeout {
  private final Reactor reactor;
  private final Scheduler scheduler;
  private final Expiry expiry;
  private Duration period = Duration.ZERO;
  private long deadline;
  private @Nullable DelayedCall call;

  /** Makes delayed calls. */
  private interface Scheduler {
    DelayedCall callLater(Duration delay, Reactor.Action action);
  }

  /** What happens when the time is up. */
  @FunctionalInterface
  public interface Expiry {
    /**
     * The time is up; the timeout is off again.
     *
     * @param period the time that it was set to
     */
    void expired(Duration period) throws Exception;
  }

  private Timeout(Reactor reactor, Scheduler scheduler, Expiry expiry) {
    this.reactor = reactor;
    this.scheduler = scheduler;
    this.expiry = expiry;
  }

  /**
   * A timeout that closes a connection, off at first. It goes with the protocol that makes it.
   *
   * @param what what has not happened when the time is up, for the reason: "no command"
   */
  public static Timeout closing(Transport transport, String what) {
    return of(
        transport,
        period ->
            transport.loseConnection(
                new ConnectionClosed.TimedOut(transport.peer(), what, period)));
  }

  /** A timeout with another end, off at first. It goes with the protocol that makes it. */
  public static Timeout of(Transport transport, Expiry expiry) {
    return new Timeout(transport.reactor(), transport::callLater, expiry);
  }

  /** A timeout that belongs to no connection, off at first. */
  public static Timeout of(Reactor reactor, Expiry expiry) {
    return new Timeout(reactor, reactor::callLater, expiry);
  }

  /**
   * Sets the time, and begins it now.
   *
   * @param newPeriod zero to disable
   * @return the time that it had, zero if it was off
   */
  public Duration set(Duration newPeriod) {
    if (newPeriod.isNegative()) {
      throw new IllegalArgumentException("a timeout of " + newPeriod);
    }
    Duration before = period;
    period = newPeriod;
    if (newPeriod.isZero()) {
      cancel();
      return before;
    }
    reset();
    DelayedCall pending = call;
    if (pending == null || !pending.active()) {
      call = scheduler.callLater(newPeriod, this::check);
    } else if (pending.time() - deadline > 0) {
      pending.reset(newPeriod);
    }
    return before;
  }

  /** Begins the time again, if it is on. Cheap: fit for each message. */
  public void reset() {
    if (!period.isZero()) {
      deadline = reactor.clock().nanoTime() + period.toNanos();
    }
  }

  /**
   * Switches it off.
   *
   * @return the time that it had, zero if it was off already
   */
  public Duration disable() {
    return set(Duration.ZERO);
  }

  /** The time that it is set to, zero while it is off. */
  public Duration period() {
    return period;
  }

  private void check() throws Exception {
    call = null;
    long left = deadline - reactor.clock().nanoTime();
    if (left > 0) {
      call = scheduler.callLater(Duration.ofNanos(left), this::check);
      return;
    }
    Duration was = period;
    period = Duration.ZERO;
    expiry.expired(was);
  }

  private void cancel() {
    DelayedCall pending = call;
    call = null;
    if (pending != null && pending.active()) {
      pending.cancel();
    }
  }
}
