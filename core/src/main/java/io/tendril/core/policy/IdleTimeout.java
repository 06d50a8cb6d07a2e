package io.tendril.core.policy;

import java.time.Duration;

/**
 * Closes connections on which nothing has arrived for a time.
 *
 * @param limit how long
 */
public record IdleTimeout(Duration limit) {
  /** A limit of idle time. */
  public static IdleTimeout of(Duration limit) {
    return new IdleTimeout(limit);
  }
}
