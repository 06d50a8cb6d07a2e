package io.tendril.cli;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorGroup;
import io.tendril.http.server.AccessLog;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The access logs of a server: one for each of its reactors, all to the same place.
final class AccessLogs {
  private static final String STANDARD_OUTPUT = "-";

  private final @Nullable Path file;
  private final PrintWriter out;
  private final PrintWriter err;
  private final AccessLog.Format format;
  private final Map<Reactor, AccessLog> open = new ConcurrentHashMap<>();

  private AccessLogs(
      @Nullable Path file, PrintWriter out, PrintWriter err, AccessLog.Format format) {
    this.file = file;
    this.out = out;
    this.err = err;
    this.format = format;
  }

  /// The logs that were asked for, if any were.
  ///
  /// @param place a file, or - for the standard output
  /// @param format where only that is given, it is for the standard output
  static @Nullable AccessLogs of(
      @Nullable String place, AccessLog.@Nullable Format format, PrintWriter out, PrintWriter err) {
    if (place == null && format == null) {
      return null;
    }
    boolean toFile = place != null && !place.equals(STANDARD_OUTPUT);
    return new AccessLogs(
        toFile ? Path.of(place) : null,
        out,
        err,
        format == null ? AccessLog.Format.COMBINED : format);
  }

  /// Opens that of one reactor, in its thread.
  Deferred<AccessLog> open(Reactor shard) {
    return file == null
        ? Deferred.succeeded(AccessLog.to(shard, out, format))
        : AccessLog.open(shard, file, format)
            .thenApply(log -> {
              open.put(shard, log);
              return log;
            });
  }

  /// Opens the file anew in all reactors; says what fails.
  Deferred<?> reopen(ReactorGroup group) {
    return group.inEach(shard -> {
      AccessLog log = open.get(shard);
      return log == null ? Deferred.done() : reopen(log);
    });
  }

  private Deferred<Void> reopen(AccessLog log) {
    return log.reopen()
        .exceptionally(failure -> {
          err.println("tendril web: the access log could not be opened anew: " + failure);
          err.flush();
          return null;
        });
  }
}
