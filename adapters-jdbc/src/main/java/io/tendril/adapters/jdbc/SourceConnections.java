package io.tendril.adapters.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Connections of a DataSource that somebody else owns. */
final class SourceConnections implements Connections {
  private final DataSource source;

  SourceConnections(DataSource source) {
    this.source = source;
  }

  @Override
  public Connection take() throws SQLException {
    return source.getConnection();
  }

  /** Cut first, so that a pool finds it broken. */
  @Override
  public void discard(Connection connection) throws SQLException {
    try {
      connection.abort(Runnable::run);
    } finally {
      connection.close();
    }
  }

  @Override
  public void close() {}
}
