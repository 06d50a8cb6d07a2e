package io.tendril.adapters.jdbc;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of a result, apart from the connection that it came over. Columns are asked for by name,
 * case aside, or by number, from 1 as in SQL. Immutable, and usable in any thread, but for arrays
 * of bytes, which are shared.
 *
 * <p>Times are those of {@code java.time}, large texts are strings, large binaries and other bytes
 * are {@code byte[]}, arrays are lists.
 */
public final class Row {
  private final Columns columns;
  private final @Nullable Object[] values;

  Row(Columns columns, @Nullable Object[] values) {
    this.columns = columns;
    this.values = values;
  }

  /** The names of the columns, in order, as the database writes them. */
  public List<String> columns() {
    return columns.names();
  }

  /** Whether there is nothing in a column. */
  public boolean isNull(String column) {
    return values[columns.at(column)] == null;
  }

  /** Whether there is nothing in a column. */
  public boolean isNull(int column) {
    return values[columns.at(column)] == null;
  }

  /**
   * What is in a column, as a type. Numbers become others if they fit exactly, a decimal a double
   * as near as it can; times become others that they determine.
   *
   * @return null if there is nothing
   * @throws IllegalArgumentException if there is no such column, or what is there is no such thing
   */
  public <T> @Nullable T get(String column, Class<T> type) {
    return value(columns.at(column), type);
  }

  /** As {@link #get(String, Class)}, by number. */
  public <T> @Nullable T get(int column, Class<T> type) {
    return value(columns.at(column), type);
  }

  /** What is in a column, as it is; null if there is nothing. */
  public @Nullable Object getObject(String column) {
    return get(column, Object.class);
  }

  /** What is in a column, as it is; null if there is nothing. */
  public @Nullable Object getObject(int column) {
    return get(column, Object.class);
  }

  /** What is in a column, as text; null if there is nothing. */
  public @Nullable String getString(String column) {
    return get(column, String.class);
  }

  /** What is in a column, as text; null if there is nothing. */
  public @Nullable String getString(int column) {
    return get(column, String.class);
  }

  /**
   * A number.
   *
   * @throws NullPointerException if there is nothing: ask {@link #isNull(String)} first
   */
  public int getInt(String column) {
    return present(columns.at(column), Integer.class);
  }

  /** As {@link #getInt(String)}, by number. */
  public int getInt(int column) {
    return present(columns.at(column), Integer.class);
  }

  /** A number; throws as {@link #getInt(String)}. */
  public long getLong(String column) {
    return present(columns.at(column), Long.class);
  }

  /** As {@link #getLong(String)}, by number. */
  public long getLong(int column) {
    return present(columns.at(column), Long.class);
  }

  /** A number; throws as {@link #getInt(String)}. */
  public double getDouble(String column) {
    return present(columns.at(column), Double.class);
  }

  /** As {@link #getDouble(String)}, by number. */
  public double getDouble(int column) {
    return present(columns.at(column), Double.class);
  }

  /** A truth value; throws as {@link #getInt(String)}. */
  public boolean getBoolean(String column) {
    return present(columns.at(column), Boolean.class);
  }

  /** As {@link #getBoolean(String)}, by number. */
  public boolean getBoolean(int column) {
    return present(columns.at(column), Boolean.class);
  }

  /** A decimal; null if there is nothing. */
  public @Nullable BigDecimal getDecimal(String column) {
    return get(column, BigDecimal.class);
  }

  /** Bytes; null if there is nothing. */
  public byte @Nullable [] getBytes(String column) {
    return get(column, byte[].class);
  }

  /** A moment, of a column with a time zone; null if there is nothing. */
  public @Nullable Instant getInstant(String column) {
    return get(column, Instant.class);
  }

  /** A date and time without a zone; null if there is nothing. */
  public @Nullable LocalDateTime getDateTime(String column) {
    return get(column, LocalDateTime.class);
  }

  /** A date; null if there is nothing. */
  public @Nullable LocalDate getDate(String column) {
    return get(column, LocalDate.class);
  }

  /** A UUID; null if there is nothing. */
  public @Nullable UUID getUuid(String column) {
    return get(column, UUID.class);
  }

  private <T> T present(int at, Class<T> type) {
    T value = value(at, type);
    if (value == null) {
      throw new NullPointerException(
          "column '" + columns.names().get(at) + "' is NULL: ask isNull first");
    }
    return value;
  }

  private <T> @Nullable T value(int at, Class<T> type) {
    Object value = values[at];
    if (value == null || type.isInstance(value)) {
      return type.cast(value);
    }
    Object converted;
    try {
      converted = converted(value, type);
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw mismatch(at, value, type, e);
    }
    if (converted == null) {
      throw mismatch(at, value, type, null);
    }
    return type.cast(converted);
  }

  private IllegalArgumentException mismatch(
      int at, Object value, Class<?> type, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "column '"
            + columns.names().get(at)
            + "' holds a "
            + value.getClass().getSimpleName()
            + " that is no "
            + type.getSimpleName(),
        cause);
  }

  private static @Nullable Object converted(Object value, Class<?> type) {
    if (type == String.class) {
      return value instanceof byte[] || value instanceof List<?> ? null : value.toString();
    }
    return switch (value) {
      case Number number -> number(number, type);
      case OffsetDateTime time when type == Instant.class -> time.toInstant();
      case LocalDateTime time when type == LocalDate.class -> time.toLocalDate();
      case String text when type == UUID.class -> UUID.fromString(text);
      default -> null;
    };
  }

  private static @Nullable Object number(Number number, Class<?> type) {
    if (type == Double.class) {
      return number.doubleValue();
    }
    if (type == Boolean.class) {
      return null;
    }
    BigDecimal exact = new BigDecimal(number.toString());
    if (type == Integer.class) {
      return exact.intValueExact();
    }
    if (type == Long.class) {
      return exact.longValueExact();
    }
    return type == BigDecimal.class ? exact : null;
  }

  /** Names and values, for debugging: {@code {id=1, text=milk}}. */
  @Override
  public String toString() {
    var text = new StringBuilder("{");
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      text.append(i == 0 ? "" : ", ").append(columns.names().get(i)).append('=');
      text.append(
          value instanceof byte[] bytes ? bytes.length + " bytes" : Objects.toString(value));
    }
    return text.append('}').toString();
  }
}
