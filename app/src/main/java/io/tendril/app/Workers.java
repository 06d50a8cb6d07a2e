package io.tendril.app;

import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.process.ChildProcess;
import io.tendril.core.process.Command;
import io.tendril.core.process.Wiring;
import io.tendril.spi.Family;
import io.tendril.spi.ListeningSockets;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The processes of a {@link WorkerGroup}: does what {@link Supervision} orders. */
final class Workers implements Supervision.Orders {
  /** The number of the pipe in a worker. */
  private static final int PIPE = 3;

  private final Reactor reactor;
  private final Command command;
  private final Supervision.Times times;
  private final Consumer<WorkerEvent> observer;
  private final Supervision supervision;
  private final Map<Long, OneWorker> workers = new LinkedHashMap<>();
  private final Promise<Void> started = Promise.create();
  private final Announcement restarts = new Announcement();
  private final Announcement end = new Announcement();
  private @Nullable Room room;
  private @Nullable DelayedCall look;
  private long lookAt = Long.MAX_VALUE;

  Workers(
      Reactor reactor,
      Command command,
      int count,
      Supervision.Times times,
      RestartLimits limits,
      Consumer<WorkerEvent> observer) {
    this.reactor = reactor;
    this.command = command;
    this.times = times;
    this.observer = observer;
    this.supervision = new Supervision(count, times, limits, this);
  }

  /** One process, from the order to start it. */
  private final class OneWorker {
    final int place;
    final long number;
    final long begun = now();
    Room.@Nullable Ear ear;
    @Nullable Deferred<?> starting;
    @Nullable ChildProcess child;
    WorkerStatus.State state = WorkerStatus.State.STARTING;
    long connections;
    long accepted;
    long refused;

    OneWorker(int place, long number) {
      this.place = place;
      this.number = number;
    }

    void start(Room room) {
      starting =
          room.listen("" + number, this::heard)
              .thenCompose(opened -> {
                ear = opened;
                return spawn(opened);
              })
              .thenCompose(made -> {
                child = made;
                supervision.runs(number, made.pid());
                return made.exited();
              })
              .handle(status -> "" + status, Workers::words)
              .thenAccept(this::ended);
    }

    private Deferred<ChildProcess> spawn(Room.Ear opened) {
      return ListeningSockets.spawn(
          reactor,
          command
              .with(Family.WORKER, "" + place)
              .with(Family.PARENT, "" + PIPE)
              .descriptor(PIPE, Wiring.pipeToChild())
              .with("NOTIFY_SOCKET", opened.name())
              .with("WATCHDOG_USEC", "" + TimeUnit.NANOSECONDS.toMicros(times.silence().toNanos()))
              .without("WATCHDOG_PID"));
    }

    private void heard(Map<String, String> message) {
      connections = count(message, "X_CONNECTIONS", connections);
      accepted = count(message, "X_ACCEPTED", accepted);
      refused = count(message, "X_REFUSED", refused);
      if ("1".equals(message.get("READY"))) {
        state = WorkerStatus.State.SERVING;
        supervision.serves(number, now());
      } else if ("1".equals(message.get("STOPPING"))) {
        state = WorkerStatus.State.ENDING;
        supervision.ends(number, now());
      } else if ("1".equals(message.get("WATCHDOG"))) {
        supervision.lives(number, now());
      }
      schedule();
    }

    private void ended(String how) {
      workers.remove(number);
      if (ear != null) {
        ear.close();
      }
      supervision.ended(number, how, now());
      schedule();
    }

    WorkerStatus status() {
      return new WorkerStatus(
          place,
          child == null ? 0 : child.pid(),
          state,
          Duration.ofNanos(now() - begun),
          connections,
          accepted,
          refused);
    }
  }

  /** A number that a worker has said, or else what it was. */
  private static long count(Map<String, String> message, String name, long before) {
    String value = message.getOrDefault(name, "");
    return value.matches("[0-9]{1,18}") ? Long.parseLong(value) : before;
  }

  private static String words(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.toString() : message;
  }

  private long now() {
    return reactor.clock().nanoTime();
  }

  // ---- What is wanted -------------------------------------------------------------------------

  Deferred<Void> start() {
    return Room.open(reactor)
        .thenCompose(opened -> {
          room = opened;
          supervision.start(now());
          schedule();
          return started.deferred();
        });
  }

  Deferred<Void> stop() {
    var over = end.next();
    supervision.stop(now());
    schedule();
    return over.exceptionally(WorkersFailed.class, _ -> null);
  }

  Deferred<Void> restart() {
    var done = restarts.next();
    supervision.restart(now());
    schedule();
    return done;
  }

  Deferred<Void> over() {
    return end.next();
  }

  /** One that does not serve yet may not have said what it does at a signal. */
  void signal(String name) {
    for (OneWorker each : workers.values()) {
      if (each.state == WorkerStatus.State.SERVING && each.child != null) {
        var _ = each.child.signal(name);
      }
    }
  }

  List<WorkerStatus> list() {
    return workers.values().stream()
        .map(OneWorker::status)
        .sorted(Comparator.comparingInt(WorkerStatus::worker))
        .toList();
  }

  // ---- Orders ---------------------------------------------------------------------------------

  @Override
  public void start(int place, long number) {
    var worker = new OneWorker(place, number);
    workers.put(number, worker);
    var _ =
        reactor.callLater(
            Duration.ZERO,
            () -> {
              if (room != null && workers.get(number) == worker) {
                worker.start(room);
              }
            });
  }

  @Override
  public void retire(long number) {
    OneWorker worker = workers.get(number);
    if (worker != null && worker.child != null) {
      worker.state = WorkerStatus.State.ENDING;
      // Who knows these words finishes what it has; others end at TERM.
      worker.child.pipe(PIPE).write("retire " + times.retirement().toSeconds() + "\n");
    }
  }

  @Override
  public void end(long number) {
    OneWorker worker = workers.get(number);
    if (worker == null) {
      return;
    }
    worker.state = WorkerStatus.State.ENDING;
    if (worker.child != null) {
      var _ = worker.child.stop(times.end());
    } else {
      give(worker);
    }
  }

  @Override
  public void kill(long number) {
    OneWorker worker = workers.get(number);
    if (worker == null) {
      return;
    }
    if (worker.child != null) {
      worker.child.kill();
    } else {
      give(worker);
    }
  }

  /** Gives up one that is not a process yet. */
  private void give(OneWorker worker) {
    if (worker.starting != null) {
      worker.starting.cancel();
    } else {
      worker.ended("not started any more");
    }
  }

  @Override
  public void tell(WorkerEvent event) {
    observer.accept(event);
  }

  @Override
  public void started(@Nullable String failure) {
    if (failure == null) {
      started.succeed();
    } else {
      started.fail(new WorkersFailed(failure));
    }
  }

  @Override
  public void restarted(@Nullable String failure) {
    restarts.fire(failure);
  }

  @Override
  public void over(@Nullable String failure) {
    Room left = room;
    room = null;
    if (look != null && look.active()) {
      look.cancel();
    }
    var closed = left == null ? Deferred.done() : left.close();
    var _ = closed.thenRun(() -> end.fireForGood(failure));
  }

  private void schedule() {
    long next = supervision.deadline();
    if (next == lookAt && look != null && look.active()) {
      return;
    }
    if (look != null && look.active()) {
      look.cancel();
    }
    lookAt = next;
    look =
        next == Long.MAX_VALUE
            ? null
            : reactor.callLater(
                Duration.ofNanos(Math.max(0, next - now())),
                () -> {
                  supervision.passed(now());
                  schedule();
                });
  }
}
