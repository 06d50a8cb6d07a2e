package io.tendril.app;

import com.google.errorprone.annotations.CheckReturnValue;
import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.Refusal;
import io.tendril.core.Service;
import io.tendril.core.endpoint.Endpoints;
import io.tendril.core.endpoint.ServerEndpoint;
import io.tendril.core.process.Command;
import io.tendril.core.process.Wiring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Worker processes that share the listening sockets of this one, their parent. It opens the sockets
 * and accepts nothing itself; it starts the workers, knows when they serve, finds those that hang,
 * starts others in place of those that die, and replaces all of them by new ones without a
 * connection refused.
 *
 * <pre>{@code
 * var workers = WorkerGroup.of(OwnProgram.command(), 4).listening("tcp:8080");
 * Reactor.run(reactor -> workers.runIn(reactor));
 * }</pre>
 *
 * <p>A worker is a program that listens at the same endpoints, and whose sockets are there already:
 * any that is built on Tendril. Those that {@link Reactor#run} runs say by themselves that they
 * serve and that they live, and end when this process does, however it ends. Other programs may do
 * so by sd_notify(3) and by {@code WATCHDOG_USEC}. What has {@link #isWorker} is not to start
 * workers of its own.
 *
 * <p>Settings are made before the start; each method returns a changed copy. To be used in the
 * reactor's thread, once.
 */
public final class WorkerGroup implements Service {
  /** The most workers of a group. */
  public static final int MOST = 1024;

  private final Command command;
  private final int count;
  private final List<ServerEndpoint> endpoints;
  private final Supervision.Times times;
  private final RestartLimits limits;
  private final @Nullable Consumer<WorkerEvent> told;

  private final List<Listener> listeners = new ArrayList<>();
  private @Nullable Workers running;

  private WorkerGroup(
      Command command,
      int count,
      List<ServerEndpoint> endpoints,
      Supervision.Times times,
      RestartLimits limits,
      @Nullable Consumer<WorkerEvent> told) {
    this.command = command;
    this.count = count;
    this.endpoints = endpoints;
    this.times = times;
    this.limits = limits;
    this.told = told;
  }

  /**
   * So many workers.
   *
   * @param command what a worker is: {@link OwnProgram#command} for the program that runs. Its
   *     standard input is empty, and its output and errors are this process's
   * @throws IllegalArgumentException unless there are between 1 and {@value #MOST}
   */
  public static WorkerGroup of(Command command, int workers) {
    if (workers < 1 || workers > MOST) {
      throw new IllegalArgumentException(workers + " workers, and not 1 to " + MOST);
    }
    return new WorkerGroup(
        command
            .input(Wiring.nothing())
            .output(Wiring.inherited())
            .errors(Wiring.inherited())
            .inOwnGroup(),
        workers,
        List.of(),
        new Supervision.Times(
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(25)),
        RestartLimits.defaults(),
        null);
  }

  /** Whether this process is a worker of some group. */
  public static boolean isWorker() {
    return OwnProgram.worker() != null;
  }

  // ---- Settings -------------------------------------------------------------------------------

  /**
   * With another endpoint that workers listen at: the group opens it. Workers get every socket that
   * this process listens at, also what was opened otherwise.
   *
   * @throws io.tendril.core.endpoint.EndpointSyntax if it cannot be read
   */
  public WorkerGroup listening(String endpoint) {
    return listening(Endpoints.server(endpoint));
  }

  /** With another endpoint that workers listen at. */
  public WorkerGroup listening(ServerEndpoint endpoint) {
    List<ServerEndpoint> more = new ArrayList<>(endpoints);
    more.add(endpoint);
    return new WorkerGroup(command, count, List.copyOf(more), times, limits, told);
  }

  /** With other limits on starting again. */
  public WorkerGroup withRestarts(RestartLimits newLimits) {
    return new WorkerGroup(command, count, endpoints, times, newLimits, told);
  }

  /** With another time from a worker's start until it serves; 60 s by default. */
  public WorkerGroup withReadyWithin(Duration longest) {
    return with(
        new Supervision.Times(positive(longest), times.silence(), times.retirement(), times.end()));
  }

  /**
   * With another time that a worker may be silent, after which it is killed; 10 s by default. It
   * says twice as often that it lives.
   */
  public WorkerGroup withSilence(Duration longest) {
    return with(
        new Supervision.Times(times.ready(), positive(longest), times.retirement(), times.end()));
  }

  /**
   * With another time for a worker that has been replaced to finish what its clients have begun; 30
   * s by default.
   */
  public WorkerGroup withRetirement(Duration longest) {
    return with(
        new Supervision.Times(times.ready(), times.silence(), positive(longest), times.end()));
  }

  /**
   * With another time for a worker to end when it is told to, after which it is killed; 25 s by
   * default, which is less than reactors have for their shutdown.
   */
  public WorkerGroup withEnd(Duration longest) {
    return with(
        new Supervision.Times(
            times.ready(), times.silence(), times.retirement(), positive(longest)));
  }

  /** With somebody who is told what happens, in place of the reactor's observers. */
  public WorkerGroup telling(Consumer<WorkerEvent> observer) {
    return new WorkerGroup(command, count, endpoints, times, limits, observer);
  }

  private WorkerGroup with(Supervision.Times newTimes) {
    return new WorkerGroup(command, count, endpoints, newTimes, limits, told);
  }

  private static Duration positive(Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("a time of " + time);
    }
    return time;
  }

  // ---- Life -----------------------------------------------------------------------------------

  @Override
  public String name() {
    return "workers";
  }

  /** Opens what workers listen at. */
  @Override
  public Deferred<Void> privilegedStart(Reactor reactor) {
    return open(reactor, 0);
  }

  private Deferred<Void> open(Reactor reactor, int number) {
    if (number == endpoints.size()) {
      return Deferred.done();
    }
    return reactor
        .listen(endpoints.get(number), WorkerGroup::refuse)
        .thenCompose(listener -> {
          listener.pauseAccepting(); // before the loop looks whether anybody has come
          listeners.add(listener);
          return open(reactor, number + 1);
        });
  }

  private static Protocol refuse(Object transport) {
    throw new Refusal("the parent of workers accepts nothing");
  }

  /** What it has opened, in order; nothing is accepted there. */
  public List<Listener> listeners() {
    return List.copyOf(listeners);
  }

  /**
   * Starts the workers.
   *
   * @return when all serve; fails with {@link WorkersFailed} if one ends before it does
   */
  @Override
  public Deferred<Void> start(Reactor reactor) {
    if (running != null) {
      throw new IllegalStateException("these workers have been started");
    }
    Consumer<WorkerEvent> observer = told != null ? told : reactor::report;
    var workers = new Workers(reactor, command, count, times, limits, observer);
    running = workers;
    return workers.start();
  }

  /** Ends the workers, and closes what they listen at. */
  @Override
  public Deferred<Void> stop() {
    listeners.forEach(each -> {
      var _ = each.close();
    });
    return running == null ? Deferred.done() : running.stop();
  }

  /**
   * Replaces every worker by a new one: one place after the other, and each new one serves before
   * the old one is told to finish. A restart that is under way already is the same one.
   *
   * @return when all have been replaced; fails with {@link WorkersFailed} if one could not be, and
   *     those that are there go on
   */
  @CheckReturnValue
  public Deferred<Void> restart() {
    return running().restart();
  }

  /** Sends a signal to every worker that serves. */
  public void signal(String name) {
    running().signal(name);
  }

  /** The workers that there are, in the order of their places. */
  public List<WorkerStatus> workers() {
    return running == null ? List.of() : running.list();
  }

  /**
   * Fires when no worker is left: after {@link #stop}, or with {@link WorkersFailed} if the group
   * gave up since too many had died. Each call gives a Deferred of its own.
   */
  @CheckReturnValue
  public Deferred<Void> over() {
    return running().over();
  }

  private Workers running() {
    if (running == null) {
      throw new IllegalStateException("these workers have not been started");
    }
    return running;
  }
}
