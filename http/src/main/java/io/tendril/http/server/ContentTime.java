package io.tendril.http.server;

import io.tendril.http.HttpLimits;

/**
 * How long a client has for more of its content: a grace at first, and for each octet as long as it
 * takes at the least rate. What it does not use it keeps, up to the idle time. Time while nobody
 * waits for content does not count. Pure; times are nanoseconds.
 */
final class ContentTime {
  private final int rate;
  private final long most;
  private long left;
  private long since;
  private boolean running;

  ContentTime(HttpLimits limits) {
    this.rate = limits.contentRate();
    this.most = limits.idle().toNanos();
    this.left = rate == 0 ? most : Math.min(most, limits.contentGrace().toNanos());
  }

  /** From now on content is waited for. */
  void run(long now) {
    pass(now);
    running = true;
  }

  /** Nobody waits for content any more, for now. */
  void rest(long now) {
    pass(now);
    running = false;
  }

  private void pass(long now) {
    if (running) {
      left -= now - since;
    }
    since = now;
  }

  /** So many octets have come. */
  void came(int octets, long now) {
    pass(now);
    if (octets > 0) {
      left = rate == 0 ? most : Math.min(most, left + octets * 1_000_000_000L / rate);
    }
  }

  /** How much is left. */
  long left() {
    return Math.max(0, left);
  }
}
