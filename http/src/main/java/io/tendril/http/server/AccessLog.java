package io.tendril.http.server;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log of exchanges, one line each. Lines are gathered in memory and written by the blocking pool
 * a few times a second; should that not keep up, or fail, lines are dropped, counted and reported
 * as {@link LinesLost}, and the server goes on.
 *
 * <p>It belongs to one reactor, is used in its thread, and writes what is left when that stops.
 */
public final class AccessLog implements Exchange.Log {
  /** How many octets may wait to be written. */
  private static final int MOST_WAITING = 1 << 20;

  private static final Duration PACE = Duration.ofMillis(100);

  /** How long to say nothing of lost lines after having said so. */
  private static final Duration QUIET = Duration.ofSeconds(10);

  private final Reactor reactor;

  /** The file that this is to be written to, if it is one's own. */
  private final @Nullable Path file;

  private Writer out;

  /** Files that are to be closed once nothing is being written any more. */
  private final List<Writer> left = new ArrayList<>();

  private final LogLines lines;
  private StringBuilder waiting = new StringBuilder();
  private boolean writing;
  private boolean flushing;
  private long dropped;
  private long unsaid;
  private long saidAt;
  private boolean said;

  /** How an exchange is written down. */
  public enum Format {
    /** As most web servers do it: Apache's "combined". */
    COMBINED,
    /**
     * An object: {@code time}, {@code peer}, {@code method}, {@code target}, {@code version},
     * {@code status}, {@code octets}, {@code complete}, {@code duration} (in seconds, {@link
     * Exchange#duration}), {@code host}, {@code referer}, {@code user_agent}; without those that
     * the request has not.
     */
    JSON
  }

  /**
   * Lines of an access log could not be written, or not as fast as they came.
   *
   * @param lines how many, since this was reported last
   * @param failure why, unless it was for want of speed
   */
  public record LinesLost(long lines, @Nullable Throwable failure) implements ReactorEvent {
    @Override
    public boolean isFailure() {
      return true;
    }
  }

  private AccessLog(Reactor reactor, Writer out, @Nullable Path file, Format format) {
    this.reactor = reactor;
    this.out = out;
    this.file = file;
    this.lines = new LogLines(format);
    reactor.afterStop("the access log", this::finish);
  }

  /** A log in the combined format that goes to a writer, which stays open. All of it is ASCII. */
  public static AccessLog to(Reactor reactor, Writer out) {
    return to(reactor, out, Format.COMBINED);
  }

  /** A log that goes to a writer, which stays open. All of it is ASCII. */
  public static AccessLog to(Reactor reactor, Writer out, Format format) {
    return new AccessLog(reactor, out, null, format);
  }

  /** A log in the combined format at the end of a file, which is made if it is not there. */
  public static Deferred<AccessLog> open(Reactor reactor, Path file) {
    return open(reactor, file, Format.COMBINED);
  }

  /** A log at the end of a file, which is made if it is not there. */
  public static Deferred<AccessLog> open(Reactor reactor, Path file, Format format) {
    return reactor
        .deferToThread(() -> LocalFiles.append(file))
        .thenApply(out -> new AccessLog(reactor, out, file, format));
  }

  /**
   * Opens its file anew, for when the one that is open has been moved out of the way: lines go to
   * the new one from then on. If that fails, they go on to the old one. Does nothing for a log that
   * goes to a writer.
   */
  public Deferred<Void> reopen() {
    Path again = file;
    return again == null
        ? Deferred.done()
        : reactor.deferToThread(() -> LocalFiles.append(again)).thenAccept(this::change);
  }

  private void change(Writer fresh) {
    left.add(out);
    out = fresh;
    if (!flushing) {
      closeLeft();
    }
  }

  private void closeLeft() {
    List<Writer> closing = List.copyOf(left);
    left.clear();
    if (!closing.isEmpty()) {
      var _ = reactor.deferToThread(() -> closeAll(closing)).exceptionally(_ -> null);
    }
  }

  private static @Nullable Void closeAll(List<Writer> writers) throws IOException {
    for (Writer writer : writers) {
      writer.close();
    }
    return null;
  }

  /** How many lines could not be written. */
  public long dropped() {
    return dropped;
  }

  @Override
  public void ended(Exchange exchange) {
    if (waiting.length() > MOST_WAITING) {
      lost(1, null);
      return;
    }
    lines.append(waiting, exchange);
    if (!writing) {
      writing = true;
      reactor.callLater(PACE, this::flush);
    }
  }

  private void flush() {
    String text = waiting.toString();
    Writer to = out;
    waiting = new StringBuilder();
    flushing = true;
    reactor
        .deferToThread(() -> {
          write(to, text);
          return null;
        })
        .exceptionally(failure -> {
          lost(count(text), failure);
          return null;
        })
        .thenRun(() -> {
          flushing = false;
          closeLeft();
          writing = !waiting.isEmpty();
          if (writing) {
            reactor.callLater(PACE, this::flush);
          }
        });
  }

  private static long count(String text) {
    return text.chars().filter(c -> c == '\n').count();
  }

  private void lost(long count, @Nullable Throwable failure) {
    dropped += count;
    unsaid += count;
    long now = reactor.clock().nanoTime();
    if (!said || now - saidAt >= QUIET.toNanos()) {
      said = true;
      saidAt = now;
      say(failure);
    }
  }

  private void say(@Nullable Throwable failure) {
    reactor.report(new LinesLost(unsaid, failure));
    unsaid = 0;
  }

  private static void write(Writer to, String text) throws IOException {
    to.write(text);
    to.flush();
  }

  private Deferred<Void> finish() {
    // The pool has ended: nothing else runs that this could hold up.
    String text = waiting.toString();
    try {
      write(out, text);
      if (file != null) {
        left.add(out);
      }
      closeAll(left);
    } catch (IOException e) {
      lost(count(text), e);
    }
    if (unsaid > 0) {
      say(null);
    }
    return Deferred.done();
  }
}
