package io.tendril.spi;

import java.util.OptionalInt;

/**
 * A reactor as a loop sees it that polls descriptors, with a longest wait: one more thing to poll.
 *
 * <pre>{@code
 * while (running) {
 *   long nanos = polled.untilDue();
 *   poll(descriptors, nanos);
 *   polled.turn();
 *   ...
 * }
 * }</pre>
 *
 * <p>Used in the loop's thread. A loop inside of a call of the reactor (a modal dialog) does the
 * same.
 */
public interface PolledReactor {
  /**
   * What to poll for reading: readable while a turn is due. Nothing where the engine has no such
   * descriptor; then a thread waits in the engine, and calls what the loop has given for that.
   */
  OptionalInt descriptor();

  /**
   * Nanoseconds until a turn is due even if nothing happens; 0 if it is due now, negative if it
   * never is. To be asked right before each poll, since the wait for the sockets begins with it.
   */
  long untilDue();

  /**
   * Runs one turn; does not wait. For nothing, it costs little.
   *
   * @return whether the reactor goes on
   */
  boolean turn();
}
