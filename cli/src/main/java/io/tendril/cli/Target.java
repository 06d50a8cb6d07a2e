package io.tendril.cli;

import io.tendril.core.endpoint.ClientEndpoint;
import java.util.concurrent.atomic.AtomicLong;

/// One of the places that connections are carried to, and what is known of it. Changed in one
/// reactor's thread; its numbers are read from any.
final class Target {
  /// So many failures in a row, of connections or of checks, and it counts as down.
  private static final int FALL = 2;

  private final String name;
  private final ClientEndpoint endpoint;
  private final AtomicLong open = new AtomicLong();
  private final AtomicLong total = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong there = new AtomicLong();
  private final AtomicLong back = new AtomicLong();

  /// In a row.
  private final AtomicLong failures = new AtomicLong();

  Target(String name, ClientEndpoint endpoint) {
    this.name = name;
    this.endpoint = endpoint;
  }

  /// As it was given.
  String name() {
    return name;
  }

  ClientEndpoint endpoint() {
    return endpoint;
  }

  // ---- Its state ------------------------------------------------------------------------------

  boolean isUp() {
    return failures.getOpaque() < FALL;
  }

  /// It was reached: whether that is news.
  boolean reached() {
    boolean news = !isUp();
    failures.setOpaque(0);
    return news;
  }

  /// It was not reached: whether it counts as down from now on.
  boolean missed() {
    boolean before = isUp();
    add(failures, 1);
    return before && !isUp();
  }

  // ---- Its numbers ----------------------------------------------------------------------------

  /// A connection to it begins.
  void opened() {
    add(open, 1);
    add(total, 1);
  }

  /// A connection to it has ended, or was not to be had.
  void closed() {
    add(open, -1);
  }

  void failed() {
    add(failed, 1);
  }

  /// Bytes on their way to it.
  void sent(int bytes) {
    add(there, bytes);
  }

  /// Bytes on their way back.
  void received(int bytes) {
    add(back, bytes);
  }

  /// There is one writer, who needs no more than that.
  private static void add(AtomicLong number, long count) {
    number.setOpaque(number.getPlain() + count);
  }

  long open() {
    return open.getOpaque();
  }

  Numbers numbers() {
    return new Numbers(
        open.getOpaque(),
        total.getOpaque(),
        failed.getOpaque(),
        there.getOpaque(),
        back.getOpaque());
  }

  /// What is counted of a target.
  ///
  /// @param open connections that there are
  /// @param total connections that were begun
  /// @param failed connections that could not be made
  /// @param sent bytes to it
  /// @param received bytes from it
  record Numbers(long open, long total, long failed, long sent, long received) {
    static final Numbers NONE = new Numbers(0, 0, 0, 0, 0);

    Numbers plus(Numbers other) {
      return new Numbers(
          open + other.open,
          total + other.total,
          failed + other.failed,
          sent + other.sent,
          received + other.received);
    }
  }
}
