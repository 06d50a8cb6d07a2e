package io.tendril.adapters.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Cancels once more what PostgreSQL's driver takes for cancelled: it asks the server once for each
 * statement, and a server that has not begun it yet takes no notice. The connection itself can be
 * asked to do it again, by a method that JDBC does not have; so no class of the driver is needed
 * here.
 */
final class RepeatedCancel {
  private static final String DRIVERS_OWN = "org.postgresql.PGConnection";

  private RepeatedCancel() {}

  /** Whether the driver was the one, and has done so. */
  static boolean of(Statement statement) throws SQLException {
    Connection connection = statement.unwrap(Statement.class).getConnection();
    Class<?> type = type(connection.getClass());
    if (type == null) {
      return false;
    }
    try {
      type.getMethod("cancelQuery").invoke(connection);
      return true;
    } catch (InvocationTargetException e) {
      throw new SQLException("not cancelled", e.getCause());
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  private static @Nullable Class<?> type(@Nullable Class<?> from) {
    if (from == null || from.getName().equals(DRIVERS_OWN)) {
      return from;
    }
    for (Class<?> above : from.getInterfaces()) {
      Class<?> found = type(above);
      if (found != null) {
        return found;
      }
    }
    return type(from.getSuperclass());
  }
}
