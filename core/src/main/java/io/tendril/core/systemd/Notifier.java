package io.tendril.core.systemd;

import com.google.errorprone.annotations.CheckReturnValue;
import io.tendril.core.Deferred;
import io.tendril.core.DeferredLock;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorGroup;
import io.tendril.core.ReactorStats;
import io.tendril.core.internal.linux.NotifySocket;
import io.tendril.core.internal.systemd.Environment;
import io.tendril.spi.Family;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the manager of this process how it is: systemd with {@code Type=notify}, or who does as it
 * does. It is told by datagrams to the socket that the variable {@code NOTIFY_SOCKET} names, after
 * sd_notify(3).
 *
 * <p>{@link Reactor#run} tells it by itself that the set-up is done, and that the program stops. To
 * be told more of, or to be told by programs that drive a reactor otherwise:
 *
 * <pre>{@code
 * var notifier = Notifier.of(reactor);
 * notifier.status("serves 17 sites").exceptionally(failure -> null);
 * }</pre>
 *
 * <p>Where no such variable is set, all of this does nothing and succeeds. Messages are sent in the
 * reactor's pool, one after the other. Used in the reactor's thread.
 */
public final class Notifier {
  private static final int LONGEST_MESSAGE = 4096;
  private static final int LONGEST_QUEUE = 100;
  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(20);

  private final Reactor reactor;
  private final Supplier<Counters> counters;
  private final Environment environment;
  private final @Nullable String address;
  private final DeferredLock inOrder = new DeferredLock(LONGEST_QUEUE);

  /** Kept by who has to be heard regularly, so that a want of descriptors does not silence it. */
  private @Nullable NotifySocket kept;

  private Notifier(Reactor reactor, Supplier<Counters> counters, Environment environment) {
    this.reactor = reactor;
    this.counters = counters;
    this.environment = environment;
    String named = environment.variable("NOTIFY_SOCKET");
    this.address = named == null || named.isEmpty() ? null : named;
  }

  /** Tells the manager of this process. */
  public static Notifier of(Reactor reactor) {
    return of(reactor, Environment.PROCESS);
  }

  /**
   * Tells the manager of this process, with counters of all the reactors of a group. It is used in
   * the thread of the first one.
   */
  public static Notifier of(ReactorGroup group) {
    return of(group, Environment.PROCESS);
  }

  static Notifier of(Reactor reactor, Environment environment) {
    return new Notifier(reactor, () -> counters(reactor.stats()), environment);
  }

  static Notifier of(ReactorGroup group, Environment environment) {
    return new Notifier(group.first(), () -> counters(group.allConnections()), environment);
  }

  /** What a parent of workers is told. */
  private record Counters(int open, long accepted, long refused) {}

  private static Counters counters(ReactorStats stats) {
    return new Counters(stats.connections(), stats.accepted(), stats.refused());
  }

  private static Counters counters(ReactorGroup.Connections connections) {
    return new Counters(connections.open(), connections.accepted(), connections.refused());
  }

  /** Whether there is one that wants to hear. */
  public boolean isThere() {
    return address != null;
  }

  /**
   * Tells that the program serves: {@code READY=1}. Also at the end of reloading.
   *
   * <p>The next version of a program, which the one before has started, tells that one the first
   * time; it tells the manager, who does not know this process yet.
   */
  @CheckReturnValue
  public Deferred<Void> ready() {
    String before = environment.takePredecessor();
    if (before == null) {
      return send("READY=1");
    }
    return send(before, "READY=1\nMAINPID=" + environment.process())
        .exceptionallyCompose(_ -> send("READY=1")); // it is gone
  }

  /**
   * Tells from now on that the reactor's loop turns, twice in each interval that the manager has
   * set by {@code WATCHDOG_USEC}: {@code WATCHDOG=1}, sent in the reactor's thread by a delayed
   * call, so that a loop that is stuck is found. A parent of workers gets counters with it: {@code
   * X_CONNECTIONS}, {@code X_ACCEPTED} and {@code X_REFUSED}. Nothing where no such interval is
   * set, or where it is another process's. {@link Reactor#run} does this by itself.
   */
  public void keepAlive() {
    Duration interval = interval();
    if (interval != null && address != null) {
      reactor.afterStop("the socket to the manager", this::close);
      beat(address, interval.dividedBy(2));
    }
  }

  private @Nullable Duration interval() {
    String micros = environment.variable("WATCHDOG_USEC");
    String process = environment.variable("WATCHDOG_PID");
    if (micros == null
        || !micros.matches("[1-9][0-9]{0,17}")
        || (process != null && !process.equals("" + environment.process()))) {
      return null;
    }
    Duration interval = Duration.of(Long.parseLong(micros), ChronoUnit.MICROS);
    return interval.compareTo(SHORTEST_INTERVAL) < 0 ? SHORTEST_INTERVAL : interval;
  }

  private void beat(String to, Duration pause) {
    if (environment.replaced()) {
      return;
    }
    try {
      NotifySocket socket = kept != null ? kept : NotifySocket.open(to);
      kept = socket;
      socket.offer("WATCHDOG=1" + counters());
    } catch (IOException e) {
      // Whoever does not read this finds out by itself; the next one may reach it.
    }
    var _ = reactor.callLater(pause, () -> beat(to, pause));
  }

  private Deferred<Void> close() {
    if (kept != null) {
      kept.close();
      kept = null;
    }
    return Deferred.done();
  }

  /** What a parent of workers is told along with other things; nothing for others. */
  private String counters() {
    if (environment.variable(Family.WORKER) == null) {
      return "";
    }
    Counters counted = counters.get();
    return "\nX_CONNECTIONS="
        + counted.open()
        + "\nX_ACCEPTED="
        + counted.accepted()
        + "\nX_REFUSED="
        + counted.refused();
  }

  /** Tells that the program ends: {@code STOPPING=1}. */
  @CheckReturnValue
  public Deferred<Void> stopping() {
    return send("STOPPING=1" + counters());
  }

  /**
   * Tells that the program reads its configuration again, until it says {@link #ready()}: {@code
   * RELOADING=1}, with the time, which {@code Type=notify-reload} needs.
   */
  @CheckReturnValue
  public Deferred<Void> reloading() {
    long micros = TimeUnit.NANOSECONDS.toMicros(reactor.clock().nanoTime());
    return send("RELOADING=1\nMONOTONIC_USEC=" + micros);
  }

  /**
   * Tells that another process has taken the place of this one: {@code MAINPID=}. From then on this
   * process says nothing more to the manager, who would take its end for the service's.
   *
   * @param process the other's number
   */
  @CheckReturnValue
  public Deferred<Void> replacedBy(long process) {
    var sent = send("MAINPID=" + process);
    environment.replace();
    return sent;
  }

  /**
   * Says in words how it is: {@code STATUS=}, as {@code systemctl status} shows it.
   *
   * @param words one line
   */
  @CheckReturnValue
  public Deferred<Void> status(String words) {
    return send("STATUS=" + oneLine(words));
  }

  private static String oneLine(String words) {
    if (words.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a status is one line");
    }
    return words;
  }

  /**
   * Sends a message of the protocol's own: {@code NAME=VALUE}, several divided by line feeds.
   *
   * @return when it has been sent; fails with {@link java.io.IOException} if it cannot be
   * @throws IllegalArgumentException if it is longer than 4096 chars
   */
  @CheckReturnValue
  public Deferred<Void> send(String message) {
    if (message.length() > LONGEST_MESSAGE) {
      throw new IllegalArgumentException("a message of " + message.length() + " chars");
    }
    return address == null || environment.replaced() ? Deferred.done() : send(address, message);
  }

  private Deferred<Void> send(String to, String message) {
    return inOrder.with(() -> {
      NotifySocket open = to.equals(address) ? kept : null;
      return reactor.deferToThread(() -> {
        if (open != null) {
          open.send(message);
          return null;
        }
        try (NotifySocket once = NotifySocket.open(to)) {
          once.send(message);
        }
        return null;
      });
    });
  }
}
