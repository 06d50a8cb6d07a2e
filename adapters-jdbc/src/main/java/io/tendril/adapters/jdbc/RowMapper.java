package io.tendril.adapters.jdbc;

/**
 * Makes an object of a row. Called in a thread of the database's, so it touches nothing of a
 * reactor's; the row may be kept.
 *
 * @param <T> what is made
 */
@FunctionalInterface
public interface RowMapper<T> {
  /** What this row is. */
  T map(Row row) throws Exception;
}
