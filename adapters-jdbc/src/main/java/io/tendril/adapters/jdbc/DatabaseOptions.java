package io.tendril.adapters.jdbc;

import java.time.Duration;

/**
 * The limits of a {@link Database}. Immutable; each {@code with} method returns a copy that differs
 * in one thing.
 *
 * @param name for thread names and messages, "database" by default
 * @param connections how many connections there are at most, and as many threads; 10 by default
 * @param queue how many calls may wait for one, 1000 by default; more fail at once
 * @param waitLimit how long a call may wait until it has its connection, 10 s by default
 * @param callLimit how long a call may take in all, 5 min by default; then it is cancelled. Streams
 *     are exempt
 * @param stallLimit how long a stream may hold its connection while nobody takes its rows, 1 min by
 *     default
 * @param fetchSize how many rows a stream reads at once, 256 by default
 * @param rowLimit how many rows a query may give that is no stream, 100,000 by default; more fail
 *     it
 * @param stopLimit how long {@link Database#stop} takes at most, 10 s by default: calls that run
 *     may end in the first half, then they are cancelled, and at three quarters their threads
 *     interrupted and their connections cut
 */
public record DatabaseOptions(
    String name,
    int connections,
    int queue,
    Duration waitLimit,
    Duration callLimit,
    Duration stallLimit,
    int fetchSize,
    int rowLimit,
    Duration stopLimit) {

  private static final DatabaseOptions DEFAULTS =
      new DatabaseOptions(
          "database",
          10,
          1000,
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          Duration.ofMinutes(1),
          256,
          100_000,
          Duration.ofSeconds(10));

  /**
   * Checks that every limit is one.
   *
   * @throws IllegalArgumentException if one is not above zero, or the queue is below it
   */
  public DatabaseOptions {
    atLeast(1, connections, "connections");
    atLeast(0, queue, "queue");
    atLeast(1, fetchSize, "fetchSize");
    atLeast(1, rowLimit, "rowLimit");
    positive(waitLimit, "waitLimit");
    positive(callLimit, "callLimit");
    positive(stallLimit, "stallLimit");
    positive(stopLimit, "stopLimit");
  }

  private static void atLeast(int least, int value, String what) {
    if (value < least) {
      throw new IllegalArgumentException(what + " must be at least " + least + ": " + value);
    }
  }

  private static void positive(Duration value, String what) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(what + " must be above zero: " + value);
    }
  }

  /** The defaults. */
  public static DatabaseOptions defaults() {
    return DEFAULTS;
  }

  public DatabaseOptions withName(String newName) {
    return new DatabaseOptions(
        newName,
        connections,
        queue,
        waitLimit,
        callLimit,
        stallLimit,
        fetchSize,
        rowLimit,
        stopLimit);
  }

  /** Bounds the connections, and the calls that wait for one. */
  public DatabaseOptions withConnections(int newConnections, int newQueue) {
    return new DatabaseOptions(
        name,
        newConnections,
        newQueue,
        waitLimit,
        callLimit,
        stallLimit,
        fetchSize,
        rowLimit,
        stopLimit);
  }

  public DatabaseOptions withWaitLimit(Duration newLimit) {
    return new DatabaseOptions(
        name, connections, queue, newLimit, callLimit, stallLimit, fetchSize, rowLimit, stopLimit);
  }

  public DatabaseOptions withCallLimit(Duration newLimit) {
    return new DatabaseOptions(
        name, connections, queue, waitLimit, newLimit, stallLimit, fetchSize, rowLimit, stopLimit);
  }

  /** Bounds streams: the rows that are read at once, and the time that nobody may take them. */
  public DatabaseOptions withStreams(int newFetchSize, Duration newStallLimit) {
    return new DatabaseOptions(
        name,
        connections,
        queue,
        waitLimit,
        callLimit,
        newStallLimit,
        newFetchSize,
        rowLimit,
        stopLimit);
  }

  public DatabaseOptions withRowLimit(int newLimit) {
    return new DatabaseOptions(
        name, connections, queue, waitLimit, callLimit, stallLimit, fetchSize, newLimit, stopLimit);
  }

  public DatabaseOptions withStopLimit(Duration newLimit) {
    return new DatabaseOptions(
        name, connections, queue, waitLimit, callLimit, stallLimit, fetchSize, rowLimit, newLimit);
  }
}
