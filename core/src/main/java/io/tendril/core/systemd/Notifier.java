package io.tendril.core.systemd;

import com.google.errorprone.annotations.CheckReturnValue;
import io.tendril.core.Deferred;
import io.tendril.core.DeferredLock;
import io.tendril.core.Reactor;
import io.tendril.core.internal.linux.NotifySocket;
import io.tendril.core.internal.systemd.Environment;
import java.util.concurrent.TimeUnit;
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

  private final Reactor reactor;
  private final @Nullable String address;
  private final DeferredLock inOrder = new DeferredLock(LONGEST_QUEUE);

  private Notifier(Reactor reactor, @Nullable String address) {
    this.reactor = reactor;
    this.address = address;
  }

  /** Tells the manager of this process. */
  public static Notifier of(Reactor reactor) {
    return of(reactor, Environment.PROCESS);
  }

  static Notifier of(Reactor reactor, Environment environment) {
    String address = environment.variable("NOTIFY_SOCKET");
    return new Notifier(reactor, address == null || address.isEmpty() ? null : address);
  }

  /** Whether there is one that wants to hear. */
  public boolean isThere() {
    return address != null;
  }

  /** Tells that the program serves: {@code READY=1}. Also at the end of reloading. */
  @CheckReturnValue
  public Deferred<Void> ready() {
    return send("READY=1");
  }

  /** Tells that the program ends: {@code STOPPING=1}. */
  @CheckReturnValue
  public Deferred<Void> stopping() {
    return send("STOPPING=1");
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
    String to = address;
    if (to == null) {
      return Deferred.done();
    }
    return inOrder.with(() ->
        reactor.deferToThread(() -> {
          NotifySocket.send(to, message);
          return null;
        }));
  }
}
