package io.tendril.cli;

import io.tendril.http.Headers;
import io.tendril.http.server.AccessLog;
import io.tendril.http.server.StaticFiles;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// What the options of `tendril web` are read as. What cannot be read is a mistake in the
/// arguments.
final class WebOptions {
  private WebOptions() {}

  /// A header field.
  record Field(String name, String value) {}

  static final class ToIndex implements ITypeConverter<String> {
    @Override
    public String convert(String text) throws Exception {
      return checked(() -> {
        StaticFiles _ = StaticFiles.of(Path.of("")).withIndex(text);
        return text;
      });
    }
  }

  static final class ToField implements ITypeConverter<Field> {
    /// What the server writes itself, whatever a handler says.
    private static final Set<String> OF_SERVER =
        Set.of("connection", "content-length", "date", "server", "transfer-encoding");

    @Override
    public Field convert(String text) throws Exception {
      int colon = text.indexOf(':');
      if (colon < 0) {
        throw new TypeConversionException("'" + text + "' has no colon");
      }
      var field = new Field(text.substring(0, colon), text.substring(colon + 1).strip());
      if (OF_SERVER.contains(field.name().toLowerCase(Locale.ROOT))) {
        throw new TypeConversionException("the server itself writes " + field.name());
      }
      return checked(() -> {
        Headers _ = Headers.of(field.name(), field.value());
        return field;
      });
    }
  }

  static final class ToSize implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      String upper = text.toUpperCase(Locale.ROOT);
      int unit = upper.isEmpty() ? -1 : "KMG".indexOf(upper.charAt(upper.length() - 1));
      String digits = unit < 0 ? text : text.substring(0, text.length() - 1);
      if (!digits.matches("[0-9]{1,9}")) {
        throw new TypeConversionException("'" + text + "' is no size, like 500, 64K, 10M or 1G");
      }
      return Long.parseLong(digits) << (10 * (unit + 1));
    }
  }

  static final class ToFormat implements ITypeConverter<AccessLog.Format> {
    @Override
    public AccessLog.Format convert(String text) {
      return switch (text) {
        case "combined" -> AccessLog.Format.COMBINED;
        case "json" -> AccessLog.Format.JSON;
        default -> throw new TypeConversionException("'" + text + "' is neither combined nor json");
      };
    }
  }

  private static <T> T checked(Callable<T> reading) throws Exception {
    try {
      return reading.call();
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
