package io.tendril.adapters.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * What is done in one transaction. It runs in a thread of the database's: what belongs to a reactor
 * (transports, Deferreds, delayed calls) throws there. Hand results over by returning them.
 *
 * @param <T> what comes of it
 */
@FunctionalInterface
public interface Interaction<T> {
  /** Does it; a normal return commits, a throw rolls back. */
  @Nullable T run(Transaction transaction) throws Exception;
}
