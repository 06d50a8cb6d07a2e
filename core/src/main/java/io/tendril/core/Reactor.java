package io.tendril.core;

import com.google.errorprone.annotations.CheckReturnValue;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.descriptor.Interest;
import io.tendril.core.descriptor.Watch;
import io.tendril.core.endpoint.ClientEndpoint;
import io.tendril.core.endpoint.DatagramClientEndpoint;
import io.tendril.core.endpoint.DatagramServerEndpoint;
import io.tendril.core.endpoint.Endpoints;
import io.tendril.core.endpoint.ServerEndpoint;
import io.tendril.core.internal.Home;
import io.tendril.core.internal.direct.DirectDatagramProtocol;
import io.tendril.core.internal.direct.DirectProtocol;
import io.tendril.core.internal.loop.Programs;
import io.tendril.core.internal.loop.Reactors;
import io.tendril.core.process.ChildProcess;
import io.tendril.core.process.Command;
import io.tendril.spi.Blocking;
import io.tendril.spi.Network;
import io.tendril.spi.PolledReactor;
import io.tendril.spi.Resolver;
import io.tendril.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One thread, one loop, one clock: what turns readiness, time and calls from elsewhere into calls
 * of your code.
 *
 * <pre>{@code
 * Reactor.run(reactor ->
 *     reactor.listen("tcp:8007", Protocol.onData((transport, data) -> transport.write(data))));
 * }</pre>
 *
 * <p>A reactor is an object; a process may have many. Everything that belongs to one is used in its
 * thread only; {@link #execute} is the one door in from other threads.
 *
 * <p><b>One turn</b> runs the cross-thread calls that were there when it started, then the delayed
 * calls that are due, in time order, then what the network has. A call made for "now" inside of a
 * call runs in the next turn, so nothing starves anything.
 */
public interface Reactor extends Executor {

  /** Something to do that may throw. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  /** What a program does first, once its reactor runs. */
  @FunctionalInterface
  interface Setup<R extends Deferred<?>> {
    /** Starts the program; the Deferred returned says when it is up, and whether it failed. */
    R start(Reactor reactor) throws Exception;
  }

  // ---- Programs -------------------------------------------------------------------------------

  /**
   * Runs a program until a signal or {@link #stop()}, drains, and returns. Exits the process with
   * 1, and one line on the standard error, if the set-up fails; with 128 plus the signal's number
   * on a second signal, or when the shutdown deadline passes.
   */
  static void run(Setup<? extends Deferred<?>> setup) {
    Programs.run(setup);
  }

  /**
   * Runs a program until the Deferred that it returns has a result, shuts the reactor down, and
   * returns the value or throws the failure.
   */
  static <T> T runUntil(Setup<Deferred<T>> body) throws Exception {
    return Programs.runUntil(body);
  }

  // ---- Making and driving one -----------------------------------------------------------------

  /** A reactor with the defaults of {@link ReactorOptions}. */
  static Reactor create() {
    return create(ReactorOptions.defaults());
  }

  /**
   * A reactor that does not run yet. It belongs to the calling thread until somebody runs it, and
   * is the current one there, save inside of another's turn; {@link #execute} works from any
   * thread.
   */
  static Reactor create(ReactorOptions options) {
    return Reactors.create(options);
  }

  /**
   * The reactor whose thread this is.
   *
   * @throws IllegalStateException in any other thread
   */
  static Reactor current() {
    Home home = Home.currentOrNull();
    Reactor reactor = home == null ? null : home.reactor();
    if (reactor == null) {
      throw new IllegalStateException(
          "no reactor runs in thread '" + Thread.currentThread().getName() + "'");
    }
    return reactor;
  }

  /**
   * Runs the loop in the calling thread until the reactor has stopped. Once only.
   *
   * <p>Where coroutines need virtual threads, for want of an option, the loop moves to one when the
   * first coroutine has been started, and the calling thread waits for it.
   */
  void run();

  /**
   * Runs the loop in a thread of its own, named after the reactor, until it has stopped.
   *
   * @return this
   */
  Reactor start();

  /**
   * Runs one turn in the calling thread, for loops that somebody else drives. The first turn makes
   * the calling thread the reactor's own.
   *
   * @param longest how long to wait for something to do; zero not to wait
   * @return whether the reactor goes on
   */
  boolean turn(Duration longest);

  /**
   * Has its turns run by a loop of somebody else's: a GUI's, a game's. To be called in the thread
   * of that loop, which becomes the reactor's own. While the loop has something else to do, or
   * nothing, a helper thread waits for the network and for time, and hands a turn to the loop when
   * one is due.
   *
   * <pre>{@code
   * Reactor.create().drivenBy(EventQueue::invokeLater);
   * }</pre>
   *
   * <p>A call of the reactor may run the loop inside of itself, as a modal dialog does: the turns
   * go on inside, but for the connection whose call that is. If the loop refuses a turn, since it
   * has ended, the reactor is stopped, and its end runs in the helper thread.
   *
   * @param loop runs what it is given in the order given, one at a time, and never from inside of
   *     {@code execute}
   * @return this
   * @throws IllegalStateException if it has been run already, or if its engine can be waited for by
   *     itself only
   */
  Reactor drivenBy(Executor loop);

  /**
   * Has its turns run by a loop of somebody else's that polls descriptors. To be called in the
   * thread of that loop, which becomes the reactor's own.
   *
   * @param due called in a thread of its own when a turn is due, where the engine has no descriptor
   *     to poll: it makes the loop's poll end, by a byte into a pipe for instance
   * @throws IllegalStateException if it has been run already, or if its engine can be waited for by
   *     itself only
   */
  PolledReactor polled(Runnable due);

  /**
   * Shuts down, within the one deadline of {@link ReactorOptions#shutdownDeadline()}: listeners
   * close, the triggers of {@link #beforeStop} run and are awaited; then coroutines are cancelled,
   * connections lost, pools ended; then the triggers of {@link #afterStop}. May be called from any
   * thread, and again.
   */
  void stop();

  /** Waits in another thread until the reactor has stopped. */
  void awaitStopped(Duration longest) throws InterruptedException, TimeoutException;

  /** Where it is in its life. May be asked from any thread. */
  State state();

  /** The states of a reactor's life, in order. */
  enum State {
    /** Made, and not run yet. */
    NEW,
    RUNNING,
    /** Listeners are closed, triggers awaited. */
    DRAINING,
    /** Connections, coroutines and pools are being ended. */
    CLOSING,
    STOPPED
  }

  // ---- Calls ----------------------------------------------------------------------------------

  /**
   * Runs a task in the reactor's thread: first-in first-out, from any thread, also before the loop
   * runs.
   *
   * @throws java.util.concurrent.RejectedExecutionException after the end
   */
  @Override
  void execute(Runnable task);

  /**
   * Calls an action later, in the reactor's thread. An action that throws is reported, and the loop
   * goes on. Zero means in the next turn.
   *
   * @throws IllegalArgumentException if the delay is negative
   */
  DelayedCall callLater(Duration delay, Action action);

  /** A Deferred that succeeds after a delay. Cancelling it removes the delayed call. */
  Deferred<Void> after(Duration delay);

  /** A promise that belongs to this reactor. {@link Promise#create} is the same, in its thread. */
  <T> Promise<T> promise();

  /** The one clock: monotonic and wall. */
  TimeSource clock();

  /** The one source of randomness. In simulation it is seeded. */
  RandomGenerator random();

  /**
   * Starts a coroutine: code that runs in the reactor's thread until {@link Deferred#await}
   * suspends it, and goes on there when the result has come. Between two awaits nothing else runs
   * in this reactor. Its {@link Context} is the one in force here.
   *
   * <pre>{@code
   * Deferred<Integer> length = reactor.async(() -> {
   *   var response = agent.get("https://example.org/").await();
   *   return response.text().await().length();
   * });
   * }</pre>
   *
   * <p>The body begins at once and runs to its first suspension before this returns; inside of a
   * continuation, where nothing may run inside of another, it begins soon after. It goes on, after
   * a suspension, as a task of the loop.
   *
   * <p>The Deferred results in what the body returns or throws. Cancelling it cancels what the body
   * awaits, which shows there as a {@link java.util.concurrent.CancellationException}; a body that
   * runs just then meets it at its next suspension, and one that has not begun never does. The body
   * may clean up, await in doing so, and even return a value.
   *
   * @return the result; a failure that nobody handles is reported, as of any Deferred
   * @throws java.util.concurrent.RejectedExecutionException after the end
   */
  default <T> Deferred<T> async(Callable<? extends T> body) {
    return Coroutine.start(this, null, body);
  }

  /**
   * As {@link #async(Callable)}, with a name for {@link #liveCoroutines} and for what is said of
   * those that were left behind.
   */
  default <T> Deferred<T> async(String name, Callable<? extends T> body) {
    return Coroutine.start(this, Objects.requireNonNull(name), body);
  }

  /**
   * The coroutines that have not ended, the oldest first: for those who look into a running
   * program. The list costs a walk of each stack; coroutines pay nothing for being in it. It does
   * not keep them: one that nobody can resume any more is garbage, and is named in a {@link
   * ReactorEvent.CoroutineAbandoned} when it has been collected.
   */
  List<LiveCoroutine> liveCoroutines();

  /**
   * A coroutine as {@link #liveCoroutines} found it.
   *
   * @param name the one that it was given or, without one, the class of its body
   * @param made where it was started; known in debug mode only
   * @param waitsFor what its await waits for: "a lock", "a blocking call", "coroutine 'fetch'";
   *     null while it waits for nothing but its turn
   * @param since for how long it has waited, to within a turn of the reactor's loop
   * @param stack the frames of its body, the await's first; none while it runs, or before it began
   */
  record LiveCoroutine(
      String name,
      @Nullable String made,
      @Nullable String waitsFor,
      Duration since,
      List<StackTraceElement> stack) {

    /** The first frame outside of Tendril's core and the JDK, or null. */
    public @Nullable StackTraceElement waitsAt() {
      return stack.stream().filter(Awaited::isUsers).findFirst().orElse(null);
    }

    /** One line with all of it but the stack. */
    @Override
    public String toString() {
      StackTraceElement place = waitsAt();
      return name
          + (made == null ? "" : ", made " + made)
          + (waitsFor == null
              ? ", runs or is about to"
              : ", waits for " + waitsFor + " since " + since.toMillis() + " ms")
          + (place == null ? "" : " at " + place);
    }
  }

  /**
   * Runs a blocking function in the pool; its result arrives in the reactor's thread. Cancelling
   * the Deferred interrupts the function, or takes it back if it has not begun.
   *
   * @return the result; fails at once with {@link java.util.concurrent.RejectedExecutionException}
   *     if too many wait already, see {@link ReactorOptions#withBlocking}
   */
  @CheckReturnValue
  <T> Deferred<T> deferToThread(Callable<? extends T> function);

  /**
   * As {@link #deferToThread(Callable)}, in another pool than the common one: see {@link #pool}.
   */
  @CheckReturnValue
  <T> Deferred<T> deferToThread(Blocking pool, Callable<? extends T> function);

  /**
   * Makes a pool of threads beside the common one: what is slow there takes no threads from files
   * and name lookups. It ends with the reactor. The threads are made on first use, and go after ten
   * seconds without work. In virtual time there are none, and the limits hold all the same.
   *
   * @param name for its threads and for messages
   * @param threads the most
   * @param queue how many calls may wait for a thread; one more fails at once
   * @throws IllegalArgumentException if there is no thread, or the queue is negative
   */
  Blocking pool(String name, int threads, int queue);

  /** As {@link #deferToThread}, awaited: for use in coroutines. */
  default <T> T blocking(Callable<? extends T> function) {
    return this.<T>deferToThread(function).await();
  }

  /**
   * Calls a function in the reactor's thread, and waits in this one for what its Deferred results
   * in. A failure is thrown as it is; what is neither an Exception nor an Error comes as the cause
   * of a {@link java.util.concurrent.ExecutionException}.
   *
   * @throws IllegalStateException in the reactor's own thread, which would wait for itself, and in
   *     a call of its pools under virtual time, which it waits for
   * @throws TimeoutException after {@code longest}; the Deferred is cancelled
   * @throws InterruptedException if this thread is interrupted; the Deferred is cancelled
   * @throws java.util.concurrent.CancellationException if the reactor ends meanwhile
   * @throws java.util.concurrent.RejectedExecutionException after the end
   */
  <T> T blockingCall(Callable<? extends Deferred<T>> function, Duration longest) throws Exception;

  /**
   * This as an executor service of the JDK's, for libraries that want one; a new one each time.
   * What it is given runs in the reactor's thread, and what is scheduled, on the reactor's clock.
   * To be used from any thread.
   *
   * <p>Its end is its own: a shutdown cancels what was scheduled and lets run what was executed,
   * and the reactor goes on. When the reactor ends, it ends, and cancels what waits. After either
   * end it throws {@link java.util.concurrent.RejectedExecutionException}. Cancelling a call that
   * runs does not interrupt it. In the reactor's own thread, {@code get} of a call that is not
   * over, {@code invokeAll}, {@code invokeAny} and {@code awaitTermination} throw {@link
   * IllegalStateException} instead of waiting for ever, and {@code close} does not wait.
   */
  ScheduledExecutorService executorService();

  // ---- Descriptors ----------------------------------------------------------------------------

  /**
   * Watches a descriptor of any kind that can be polled: a pipe, a device, a timer, a socket that a
   * library has. The handler is called in the reactor's thread while there is something that the
   * watch is interested in. The descriptor stays its owner's, who may close it in this thread,
   * which ends the watch; at the reactor's end all watches end.
   *
   * <pre>{@code
   * Watch watch = reactor.watch(descriptor, Interest.READ, found -> readSome());
   * }</pre>
   *
   * @throws io.tendril.core.descriptor.WatchFailed if it cannot be polled, as a regular file, or is
   *     watched by this reactor already
   * @throws EngineLacks if the engine cannot watch descriptors
   */
  default Watch watch(Descriptor descriptor, Interest interest, Watch.Handler handler) {
    return network().adopting().watch(descriptor, interest, handler);
  }

  // ---- Processes ------------------------------------------------------------------------------

  /**
   * Starts a program. The Deferred fires when it runs; cancelling it before puts an end to it.
   *
   * <pre>{@code
   * var child = reactor.spawn(Command.of("sort", "-n")).await();
   * }</pre>
   *
   * <p>It may open files, and so runs in the pool for blocking calls.
   *
   * @return the child; fails with {@link io.tendril.core.process.SpawnFailed} if it cannot be
   *     started, and with {@link EngineLacks} if the engine has no child processes
   */
  default Deferred<ChildProcess> spawn(Command command) {
    return network().processes().spawn(command);
  }

  // ---- The network ----------------------------------------------------------------------------

  /** Listens; the factory builds one protocol per connection. Fails with {@link ListenFailed}. */
  default Deferred<Listener> listen(ServerEndpoint endpoint, ProtocolFactory<?> factory) {
    return Deferred.of(() -> endpoint.listen(this, factory));
  }

  /** Listens at an endpoint given as a string: {@code tcp:8080:interface=127.0.0.1}. */
  default Deferred<Listener> listen(String endpoint, ProtocolFactory<?> factory) {
    return Deferred.of(() -> Endpoints.server(endpoint).listen(this, factory));
  }

  /**
   * Connects; the Deferred fires after {@link Protocol#connectionMade}. Fails with {@link
   * ConnectFailed}. Cancelling gives up.
   */
  default <P extends Protocol> Deferred<P> connect(
      ClientEndpoint endpoint, ProtocolFactory<P> factory) {
    return inTime(endpoint, Deferred.of(() -> endpoint.connect(this, factory)));
  }

  /** Connects to an endpoint given as a string: {@code tcp:example.org:80}. */
  default <P extends Protocol> Deferred<P> connect(String endpoint, ProtocolFactory<P> factory) {
    return Deferred.of(() -> connect(Endpoints.client(endpoint), factory));
  }

  /** Connecting keeps to the deadline in force as a whole, with what layers do on top of it. */
  private static <P> Deferred<P> inTime(ClientEndpoint endpoint, Deferred<P> connecting) {
    Deadline deadline = Deadline.current();
    if (!deadline.isSet()) {
      return connecting;
    }
    String peer = endpoint.toString();
    Duration limit = deadline.remaining(Duration.ofNanos(Long.MAX_VALUE));
    return deadline
        .bound(connecting, peer)
        .exceptionallyCompose(
            TimeoutException.class,
            late ->
                Deferred.failed(
                    new ConnectFailed.TimedOut(peer, ConnectFailed.Phase.HANDSHAKE, limit)));
  }

  /**
   * Connects, for the coroutine that calls this: a connection in direct style, which is closed when
   * that says so.
   */
  default Deferred<Connection> connect(ClientEndpoint endpoint) {
    return connect(endpoint, DirectProtocol::open).thenApply(DirectProtocol::connection);
  }

  /** As {@link #connect(ClientEndpoint)}, to an endpoint given as a string. */
  default Deferred<Connection> connect(String endpoint) {
    return connect(endpoint, DirectProtocol::open).thenApply(DirectProtocol::connection);
  }

  /** Opens a datagram socket that anybody may send to. */
  default <P extends DatagramProtocol> Deferred<P> bindDatagram(
      DatagramServerEndpoint endpoint, DatagramProtocol.Factory<P> factory) {
    return Deferred.of(() -> endpoint.bind(this, factory));
  }

  /** Opens a datagram socket at an endpoint given as a string: {@code udp:5353}. */
  default <P extends DatagramProtocol> Deferred<P> bindDatagram(
      String endpoint, DatagramProtocol.Factory<P> factory) {
    return Deferred.of(() -> Endpoints.datagramServer(endpoint).bind(this, factory));
  }

  /** Opens a datagram socket to one peer. */
  default <P extends DatagramProtocol> Deferred<P> connectDatagram(
      DatagramClientEndpoint endpoint, DatagramProtocol.Factory<P> factory) {
    return Deferred.of(() -> endpoint.connect(this, factory));
  }

  /** Opens a datagram socket to one peer, given as a string: {@code udp:127.0.0.1:53}. */
  default <P extends DatagramProtocol> Deferred<P> connectDatagram(
      String endpoint, DatagramProtocol.Factory<P> factory) {
    return Deferred.of(() -> Endpoints.datagramClient(endpoint).connect(this, factory));
  }

  /**
   * Opens a datagram socket that anybody may send to, for the coroutine that calls this: in direct
   * style, and closed when that says so.
   */
  default Deferred<DatagramConnection> bindDatagram(DatagramServerEndpoint endpoint) {
    return bindDatagram(endpoint, DirectDatagramProtocol::open)
        .thenApply(DirectDatagramProtocol::socket);
  }

  /** As {@link #bindDatagram(DatagramServerEndpoint)}, at an endpoint given as a string. */
  default Deferred<DatagramConnection> bindDatagram(String endpoint) {
    return bindDatagram(endpoint, DirectDatagramProtocol::open)
        .thenApply(DirectDatagramProtocol::socket);
  }

  /**
   * Opens a datagram socket to one peer, for the coroutine that calls this: in direct style, and
   * closed when that says so.
   */
  default Deferred<DatagramConnection> connectDatagram(DatagramClientEndpoint endpoint) {
    return connectDatagram(endpoint, DirectDatagramProtocol::open)
        .thenApply(DirectDatagramProtocol::socket);
  }

  /** As {@link #connectDatagram(DatagramClientEndpoint)}, to an endpoint given as a string. */
  default Deferred<DatagramConnection> connectDatagram(String endpoint) {
    return connectDatagram(endpoint, DirectDatagramProtocol::open)
        .thenApply(DirectDatagramProtocol::socket);
  }

  /** What endpoints are made of: sockets by address. */
  Network network();

  /** What turns names into addresses. */
  Resolver resolver();

  // ---- Life and observation -------------------------------------------------------------------

  /** Does something when the loop starts, or at once if it runs already. A failure stops it. */
  void onStart(Callable<? extends Deferred<?>> trigger);

  /**
   * Does something at the beginning of the shutdown, and is awaited. One that fails is reported and
   * does not stop the others.
   *
   * @param name for the report of what held the shutdown up
   */
  void beforeStop(String name, Callable<? extends Deferred<?>> trigger);

  /** Does something at the end of the shutdown, when no connection is left. */
  void afterStop(String name, Callable<? extends Deferred<?>> trigger);

  /**
   * Listens for a signal of the process: HUP, USR1, USR2, WINCH, and INT or TERM in place of the
   * shutdown that {@link #run(Setup)} installs. Those who listen for the same one are all called,
   * in the order in which they came; one that throws is reported, and keeps no other from its call.
   * A signal is heard by one reactor, until that has stopped.
   *
   * @throws IllegalStateException if another reactor hears it already
   */
  void onSignal(String signal, Action action);

  /** Adds an observer, which is called in the reactor's thread. */
  void observe(ReactorObserver observer);

  /** Removes an observer. */
  void unobserve(ReactorObserver observer);

  /**
   * Whether anybody observes. If not, an event that is no failure is dropped, and need not be made.
   */
  boolean observed();

  /** Tells the observers of something that happened. Free when there is none. */
  void report(ReactorEvent event);

  /** Counters and gauges, as of now. */
  ReactorStats stats();

  /** The options that it was made with. */
  ReactorOptions options();
}
