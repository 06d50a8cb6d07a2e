package io.tendril.adapters.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** Where connections come from and go back to. Used from the database's threads. */
interface Connections {
  /** A connection that works, as far as is known. May block. */
  Connection take() throws SQLException;

  /** Ends a connection that must not be used again. */
  void discard(Connection connection) throws SQLException;

  /** Ends all of them. May block, for a bounded time. */
  void close();
}
