package io.tendril.adapters.jdbc;

import java.io.InputStream;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a result, which all of its rows share: what they are called, how they are read.
 */
final class Columns {
  private final List<String> names;
  private final Map<String, Integer> places = new HashMap<>();
  private final @Nullable Class<?>[] types;

  Columns(ResultSetMetaData data) throws SQLException {
    int count = data.getColumnCount();
    var labels = new ArrayList<String>(count);
    types = new Class<?>[count];
    for (int i = 0; i < count; i++) {
      String label = data.getColumnLabel(i + 1);
      labels.add(label);
      places.putIfAbsent(label.toLowerCase(Locale.ROOT), i);
      types[i] = type(data.getColumnType(i + 1), data.getColumnTypeName(i + 1));
    }
    names = List.copyOf(labels);
  }

  /** What a driver is asked for; null for what it thinks best. */
  private static @Nullable Class<?> type(int type, @Nullable String name) {
    return switch (type) {
      // as such, PostgreSQL's driver announces the one with a zone
      case Types.TIMESTAMP ->
          "timestamptz".equals(name) ? OffsetDateTime.class : LocalDateTime.class;
      case Types.TIMESTAMP_WITH_TIMEZONE -> OffsetDateTime.class;
      case Types.DATE -> LocalDate.class;
      case Types.TIME -> "timetz".equals(name) ? null : LocalTime.class;
      default -> null;
    };
  }

  List<String> names() {
    return names;
  }

  int at(String name) {
    Integer place = places.get(name.toLowerCase(Locale.ROOT));
    if (place == null) {
      throw new IllegalArgumentException("no column '" + name + "' in " + names);
    }
    return place;
  }

  int at(int number) {
    if (number < 1 || number > names.size()) {
      throw new IllegalArgumentException("no column " + number + " in " + names + ", from 1");
    }
    return number - 1;
  }

  /** The row that a result is at. */
  Row read(ResultSet result) throws Exception {
    var values = new @Nullable Object[types.length];
    for (int i = 0; i < values.length; i++) {
      Class<?> type = types[i];
      values[i] = detached(type == null ? result.getObject(i + 1) : result.getObject(i + 1, type));
    }
    return new Row(this, values);
  }

  /** A value as one that outlives the connection. */
  private static @Nullable Object detached(@Nullable Object value) throws Exception {
    return switch (value) {
      case Clob clob -> clob.getSubString(1, Math.toIntExact(clob.length()));
      case Blob blob -> blob.getBytes(1, Math.toIntExact(blob.length()));
      case SQLXML xml -> xml.getString();
      case InputStream stream -> stream.readAllBytes();
      case Array array -> list(array.getArray());
      case Object[] array -> list(array);
      case null, default -> value;
    };
  }

  private static @Nullable Object list(Object array) throws Exception {
    if (!(array instanceof Object[] elements)) {
      return array; // of primitives
    }
    var list = new @Nullable Object[elements.length];
    for (int i = 0; i < list.length; i++) {
      list[i] = detached(elements[i]);
    }
    return java.util.Collections.unmodifiableList(Arrays.asList(list));
  }
}
