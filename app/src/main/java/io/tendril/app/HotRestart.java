package io.tendril.app;

import com.google.errorprone.annotations.CheckReturnValue;
import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.process.ChildProcess;
import io.tendril.core.process.Command;
import io.tendril.core.process.Wiring;
import io.tendril.core.systemd.Notifier;
import io.tendril.spi.Family;
import io.tendril.spi.ListeningSockets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Has a new version of this program take over without a connection refused. The new one is started
 * with every socket that this process listens at; when it serves, this process stops accepting,
 * finishes what its clients have begun, and ends. Until then both accept. If the new one does not
 * come to serve, it is ended, and this process goes on as if nothing had been.
 *
 * <pre>{@code
 * var restart = HotRestart.of(reactor, OwnProgram.command());
 * reactor.onSignal("USR2", () -> restart.restart().exceptionally(RestartFailed.class, this::say));
 * }</pre>
 *
 * <p>The new one is to be a program that {@link Reactor#run} runs, or that uses {@link Notifier}
 * otherwise, and that listens at the same endpoints. A manager of services, as systemd, is told
 * which process is the main one from then on. To be used in the reactor's thread.
 */
public final class HotRestart {
  /** After it has been said that others have the sockets, and before they are closed here. */
  private static final Duration MOMENT = Duration.ofMillis(20);

  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final Duration RETIREMENT = Duration.ofSeconds(30);
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Reactor reactor;
  private final Command command;
  private final Duration readyWithin;
  private final Duration retirement;
  private final List<Promise<Long>> waiting = new ArrayList<>();
  private @Nullable Attempt attempt;
  private boolean replaced;

  private HotRestart(Reactor reactor, Command command, Duration readyWithin, Duration retirement) {
    this.reactor = reactor;
    this.command = command;
    this.readyWithin = readyWithin;
    this.retirement = retirement;
  }

  /**
   * Restarts of a program.
   *
   * @param command what starts the new version: {@link OwnProgram#command} for the same one as it
   *     is on the disk by then. Its standard input is empty, and its output and errors are this
   *     process's
   */
  public static HotRestart of(Reactor reactor, Command command) {
    return new HotRestart(
        reactor,
        command.input(Wiring.nothing()).output(Wiring.inherited()).errors(Wiring.inherited()),
        READY_WITHIN,
        RETIREMENT);
  }

  /** With another time for the new version to come to serve; 60 s by default. */
  public HotRestart withReadyWithin(Duration longest) {
    return new HotRestart(reactor, command, longest, retirement);
  }

  /**
   * With another time for this process to finish what its clients have begun, once the new version
   * serves; 30 s by default. What is left then is ended as at any shutdown.
   */
  public HotRestart withRetirement(Duration longest) {
    return new HotRestart(reactor, command, readyWithin, longest);
  }

  /**
   * Starts the new version. A restart that is under way already is the same one.
   *
   * @return the number of the new version's process, when it serves, and this one begins to end;
   *     fails with {@link RestartFailed} if it does not come to that
   */
  @CheckReturnValue
  public Deferred<Long> restart() {
    if (replaced) {
      return Deferred.failed(new RestartFailed("another process serves already"));
    } else if (reactor.state() != Reactor.State.RUNNING) {
      return Deferred.failed(new RestartFailed("this process is coming to its end"));
    }
    Promise<Long> promise = reactor.promise();
    waiting.add(promise);
    if (attempt == null) {
      var made = new Attempt();
      attempt = made;
      made.begin();
    }
    return promise.deferred();
  }

  private void settle(@Nullable Long process, String failure) {
    attempt = null;
    List<Promise<Long>> all = List.copyOf(waiting);
    waiting.clear();
    for (Promise<Long> each : all) {
      if (process != null) {
        each.succeed(process);
      } else {
        each.fail(new RestartFailed(failure));
      }
    }
  }

  /** A new version on its way. */
  private final class Attempt {
    private @Nullable Room room;
    private Room.@Nullable Ear ear;
    private @Nullable ChildProcess child;
    private @Nullable DelayedCall limit;
    private @Nullable Map<String, String> early;
    private boolean over;

    void begin() {
      limit =
          reactor.callLater(
              readyWithin,
              () -> failed("it did not serve within " + readyWithin.toMillis() + " ms"));
      var _ =
          Room.open(reactor)
              .thenCompose(made -> {
                room = made;
                return made.listen("next", this::heard);
              })
              .thenCompose(made -> {
                ear = made;
                return spawn(made);
              })
              .thenCompose(started -> {
                child = started;
                if (over) {
                  var _ = started.stop(GRACE); // too late
                } else if (early != null) {
                  heard(early);
                }
                return started.exited();
              })
              .handle(
                  status -> "it ended before it served: " + status,
                  failure -> String.valueOf(failure.getMessage()))
              .thenAccept(this::failed);
    }

    private Deferred<ChildProcess> spawn(Room.Ear made) {
      return ListeningSockets.spawn(
          reactor,
          command
              .with(Family.PREDECESSOR, made.name())
              .without("WATCHDOG_PID") // it is to be the one that is watched
              .without("LISTEN_PID"));
    }

    private void heard(Map<String, String> message) {
      if (over || !"1".equals(message.get("READY"))) {
        return;
      } else if (child == null) {
        early = message; // its start is still to be heard of
      } else {
        if (reactor.state() == Reactor.State.RUNNING) {
          succeeded(child, message.getOrDefault("MAINPID", ""));
        } else {
          failed("this process is coming to its end");
        }
      }
    }

    private void succeeded(ChildProcess next, String said) {
      end();
      replaced = true;
      next.leave();
      long process = said.matches("[1-9][0-9]{0,9}") ? Long.parseLong(said) : next.pid();
      ListeningSockets.passedOn();
      var _ =
          Notifier.of(reactor)
              .replacedBy(process)
              .exceptionally(_ -> null) // there is nobody else to tell
              .thenRun(() -> reactor.callLater(MOMENT, () -> reactor.network().retire(retirement)));
      settle(process, "");
    }

    private void failed(String why) {
      if (over) {
        return;
      }
      end();
      String which = "the new version";
      if (child != null) {
        which += " (process " + child.pid() + ")";
        var _ = child.stop(GRACE);
      }
      settle(null, which + " does not serve: " + why);
    }

    private void end() {
      over = true;
      if (limit != null && limit.active()) {
        limit.cancel();
      }
      if (ear != null) {
        ear.close();
      }
      if (room != null) {
        var made = room;
        // The file of the socket goes first.
        var _ = reactor.callLater(MOMENT, () -> made.close());
      }
    }
  }
}
