package io.tendril.http.server;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.http.Request;
import java.io.IOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A log of exchanges in the combined format, one line each. Lines are gathered in memory and
 * written by the blocking pool a few times a second; should that not keep up, or fail, lines are
 * dropped and counted, and the server goes on.
 *
 * <p>It belongs to one reactor, is used in its thread, and writes what is left when that stops.
 */
public final class AccessLog implements Exchange.Log {
  /** How many octets may wait to be written. */
  private static final int MOST_WAITING = 1 << 20;

  private static final Duration PACE = Duration.ofMillis(100);

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Reactor reactor;
  private final Writer out;
  private final boolean owned;
  private StringBuilder waiting = new StringBuilder();
  private boolean writing;
  private long dropped;

  private AccessLog(Reactor reactor, Writer out, boolean owned) {
    this.reactor = reactor;
    this.out = out;
    this.owned = owned;
    reactor.afterStop("the access log", this::finish);
  }

  /** A log that goes to a writer, which stays open. All of it is ASCII. */
  public static AccessLog to(Reactor reactor, Writer out) {
    return new AccessLog(reactor, out, false);
  }

  /** A log at the end of a file, which is made if it is not there. */
  public static Deferred<AccessLog> open(Reactor reactor, Path file) {
    return reactor
        .deferToThread(() -> LocalFiles.append(file))
        .thenApply(out -> new AccessLog(reactor, out, true));
  }

  /** How many lines could not be written. */
  public long dropped() {
    return dropped;
  }

  @Override
  public void ended(Exchange exchange) {
    if (waiting.length() > MOST_WAITING) {
      dropped++;
      return;
    }
    append(waiting, exchange);
    if (!writing) {
      writing = true;
      reactor.callLater(PACE, this::flush);
    }
  }

  private void flush() {
    String lines = waiting.toString();
    waiting = new StringBuilder();
    reactor
        .deferToThread(() -> {
          write(lines);
          return null;
        })
        .exceptionally(failure -> {
          drop(lines);
          return null;
        })
        .thenRun(() -> {
          writing = !waiting.isEmpty();
          if (writing) {
            reactor.callLater(PACE, this::flush);
          }
        });
  }

  private void drop(String lines) {
    dropped += lines.chars().filter(c -> c == '\n').count();
  }

  private void write(String lines) throws IOException {
    out.write(lines);
    out.flush();
  }

  private Deferred<Void> finish() {
    // The pool has ended: nothing else runs that this could hold up.
    String lines = waiting.toString();
    try {
      write(lines);
      if (owned) {
        out.close();
      }
    } catch (IOException e) {
      drop(lines);
    }
    return Deferred.done();
  }

  // ---- The format -----------------------------------------------------------------------------

  static void append(StringBuilder line, Exchange exchange) {
    Request request = exchange.request();
    line.append(host(exchange.peer())).append(" - - [");
    TIME.formatTo(exchange.ended(), line);
    line.append("] \"");
    if (request == null) {
      line.append('-');
    } else {
      escape(line, request.method());
      line.append(' ');
      escape(line, request.target());
      line.append(' ').append(request.version());
    }
    line.append("\" ")
        .append(exchange.status())
        .append(' ')
        .append(exchange.octets())
        .append(" \"");
    escape(line, request == null ? null : request.header("Referer"));
    line.append("\" \"");
    escape(line, request == null ? null : request.header("User-Agent"));
    line.append("\"\n");
  }

  private static String host(SocketAddress peer) {
    return peer instanceof InetSocketAddress internet
        ? internet.getAddress() == null
            ? internet.getHostString()
            : internet.getAddress().getHostAddress()
        : "-";
  }

  /** Nothing that a client sends can end the line, or a quoted part of it. */
  private static void escape(StringBuilder line, @Nullable String text) {
    if (text == null) {
      line.append('-');
      return;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        line.append(String.format("\\x%02x", (int) c));
      } else {
        line.append(c);
      }
    }
  }
}
