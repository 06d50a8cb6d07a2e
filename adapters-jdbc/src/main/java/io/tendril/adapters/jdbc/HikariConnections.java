package io.tendril.adapters.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Connections of a pool of HikariCP's. The one class that needs it. The pool is made in the thread
 * that first asks, as that takes its time.
 */
final class HikariConnections implements Connections {
  /** The least that HikariCP takes as a timeout. */
  private static final long SHORTEST = 250;

  private static final String NO_CONNECTION = "08001";

  private final String url;
  private final String user;
  private final String password;
  private final DatabaseOptions options;
  private @Nullable HikariDataSource pool;
  private boolean closed;

  HikariConnections(String url, String user, String password, DatabaseOptions options) {
    this.url = url;
    this.user = user;
    this.password = password;
    this.options = options;
  }

  private synchronized HikariDataSource pool() throws SQLException {
    if (closed) {
      throw new SQLException(options.name() + " has been stopped", NO_CONNECTION);
    }
    HikariDataSource made = pool;
    if (made == null) {
      try {
        made = new HikariDataSource(config());
      } catch (RuntimeException e) { // no driver knows the URL
        throw new SQLException(e.getMessage(), NO_CONNECTION, e);
      }
      pool = made;
    }
    return made;
  }

  private HikariConfig config() {
    var config = new HikariConfig();
    config.setJdbcUrl(url);
    if (!user.isEmpty()) {
      config.setUsername(user);
    }
    if (!password.isEmpty()) {
      config.setPassword(password);
    }
    config.setPoolName(options.name());
    config.setMaximumPoolSize(options.connections());
    config.setMinimumIdle(0);
    // a little sooner than the call gives up, so that the reason is the driver's
    long wait = options.waitLimit().toMillis();
    config.setConnectionTimeout(Math.max(SHORTEST, wait - Math.min(500, wait / 5)));
    config.setValidationTimeout(Math.max(SHORTEST, Math.min(2_000, wait / 2)));
    config.setInitializationFailTimeout(-1);
    return config;
  }

  @Override
  public Connection take() throws SQLException {
    return pool().getConnection();
  }

  @Override
  public void discard(Connection connection) throws SQLException {
    pool().evictConnection(connection);
    connection.close();
  }

  @Override
  public void close() {
    HikariDataSource made;
    synchronized (this) {
      closed = true;
      made = pool;
    }
    if (made != null) {
      made.close();
    }
  }
}
