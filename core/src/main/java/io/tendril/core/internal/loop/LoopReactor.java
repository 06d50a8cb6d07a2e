package io.tendril.core.internal.loop;

import io.tendril.core.Context;
import io.tendril.core.Deadline;
import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Outcome;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorObserver;
import io.tendril.core.ReactorOptions;
import io.tendril.core.ReactorStats;
import io.tendril.core.internal.Home;
import io.tendril.core.internal.Origin;
import io.tendril.core.internal.Waited;
import io.tendril.core.internal.coroutine.Coroutines;
import io.tendril.core.internal.net.SocketNetwork;
import io.tendril.spi.Blocking;
import io.tendril.spi.Engine;
import io.tendril.spi.Inspection;
import io.tendril.spi.Network;
import io.tendril.spi.PolledReactor;
import io.tendril.spi.Resolver;
import io.tendril.spi.TimeSource;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The reactor: a home with a loop. One turn is
 *
 * <pre>
 *   1  the cross-thread calls that are there now
 *   2  the delayed calls that are due now, made before this turn
 *   3  the engine's wait, then the sockets that are ready
 * </pre>
 *
 * <p>and after each phase the local tasks (resumed coroutines, resumed readers, handed-over
 * protocols) that were there when it ended. After every single call the connections that it wrote
 * to are flushed.
 */
public final class LoopReactor extends Home implements Reactor, Inspection {
  /** What {@link #callsBegun} is while the reactor waits. */
  static final long IDLE = 0;

  /** As the longest wait of a turn: until there is something to do, as engines have it. */
  static final long NO_LIMIT = -1;

  private static final VarHandle CALLS;

  static {
    try {
      CALLS = MethodHandles.lookup().findVarHandle(LoopReactor.class, "calls", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ReactorOptions options;
  private final String name;
  private final Engine engine;
  private final TimeSource clock;
  private final RandomGenerator random;
  private final Inbox inbox;
  private final Timers timers = new Timers(this);
  private final ArrayDeque<Runnable> local = new ArrayDeque<>();
  private final Observers observers = new Observers();
  private final SocketNetwork network;
  private final Resolver resolver;
  private final PoolCalls poolCalls;
  private final Coroutines coroutines;
  private final Shutdown shutdown;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** How the engine was chosen, if it was: told when somebody may listen. */
  private @Nullable EngineChoice choice;

  private final AtomicLong lateResults = new AtomicLong();

  private final Set<OutsideCall<?>> outside = ConcurrentHashMap.newKeySet();

  /** Weak: one that holds calls is held by them. */
  private final Set<ReactorExecutorService> executors =
      Collections.newSetFromMap(new WeakHashMap<>());

  /**
   * Whose thread this is: the maker's until somebody runs it; then, with some carriers, the thread
   * of the coroutine that runs now.
   */
  private @Nullable Thread thread = Thread.currentThread();

  private volatile State state = State.NEW;
  private @Nullable ReactorObserver overdueObserver;
  private volatile @Nullable VirtualMachineError fatal;
  private final List<Runnable> endings = new CopyOnWriteArrayList<>();

  /**
   * Whether turns follow each other, so that calls from elsewhere need wake it in its wait only.
   */
  private boolean selfDriven;

  /** Whether a thread of its own has been made for it. */
  private boolean starting;

  /** Who drives it, if that is neither itself nor a caller of turn() who knows when. */
  private @Nullable Driver driver;

  /** The rest of the cross-thread calls that a turn has taken. */
  private Inbox.@Nullable Node taken;

  private int depth;
  private long turns;
  private long turnTime;
  private long turnTimed = -1;

  @SuppressWarnings("UnusedVariable") // read and written through CALLS
  private long calls;

  private long callNumber;

  LoopReactor(ReactorOptions options, String name, Engine engine, RandomGenerator random) {
    this.options = options;
    this.name = name;
    this.engine = engine;
    this.clock = engine.clock();
    this.random = random;
    this.inbox = new Inbox(engine::wakeup);
    this.network = new SocketNetwork(this, engine);
    Resolver own = options.resolver();
    this.resolver = own != null ? own : new PoolResolver(this);
    this.poolCalls = new PoolCalls(this, engine);
    this.coroutines = new Coroutines(this, engine.carrier());
    this.shutdown = new Shutdown(this);
  }

  void chose(EngineChoice made) {
    choice = made;
  }

  // ---- The loop -------------------------------------------------------------------------------

  @Override
  public void run() {
    if (state != State.NEW) {
      throw new IllegalStateException(name + " has been run already");
    }
    begin();
    selfDriven = true;
    Home before = Home.enter(this);
    try {
      while (turn(NO_LIMIT)) {
        if (engine.waitsOnVirtualThreads() && coroutines.preferVirtualThread()) {
          VirtualLoop.run(this);
          return;
        }
      }
    } finally {
      Home.enter(before == this ? null : before);
    }
  }

  /**
   * A reactor belongs to the thread that made it until somebody runs it; so what is made there
   * meanwhile belongs to it, unless that is in the middle of another reactor's turn.
   */
  void adopt() {
    if (!(Home.currentOrNull() instanceof LoopReactor other && other.depth > 0)) {
      Home.enter(this);
    }
  }

  private void leave() {
    if (Home.currentOrNull() == this) {
      Home.enter(null);
    }
  }

  private void begin() {
    thread = Thread.currentThread();
    if (state == State.NEW) {
      state = State.RUNNING;
      if (choice != null) {
        report(new ReactorEvent.Chosen("engine", engine.name(), choice.why()));
      }
      if (!options.slowCall().isZero()) {
        Watchdog.watch(this);
      }
      shutdown.started();
    }
  }

  @Override
  public Reactor start() {
    if (state != State.NEW || starting) {
      throw new IllegalStateException(name + " has been run already");
    }
    starting = true;
    Thread own = Thread.ofPlatform().name(name).unstarted(this::run);
    thread = own; // from here on the maker's thread is a foreign one
    leave();
    own.start();
    return this;
  }

  @Override
  public Reactor drivenBy(Executor loop) {
    Driver made = Driver.of(this, engine, loop);
    driven(made);
    return this;
  }

  @Override
  public PolledReactor polled(Runnable due) {
    Driver made = Driver.polling(this, engine, due);
    driven(made);
    return made;
  }

  private void driven(Driver by) {
    if (state != State.NEW) {
      throw new IllegalStateException(name + " has been run already");
    }
    if (!engine.watchable() && engine.descriptor().isEmpty()) {
      throw new IllegalStateException(
          "engine " + engine.name() + " cannot be driven by a loop that waits elsewhere");
    }
    driver = by;
    begin();
    Home.enter(this);
    by.begins();
  }

  /**
   * How long it is until a turn is due though nothing happens, or {@link #NO_LIMIT}. From here on a
   * call from elsewhere wakes the engine.
   */
  long untilDue() {
    boolean nothing =
        inbox.beginSleep()
            && taken == null
            && local.isEmpty()
            && !network.hasUnflushed()
            && fatal == null
            && shutdown.idle();
    if (!nothing) {
      return 0;
    }
    return timers.size() == 0 ? NO_LIMIT : Math.max(0, timers.firstTime() - clock.nanoTime());
  }

  /** The thread is with somebody else's loop: no call of this reactor holds it. */
  void rests() {
    CALLS.setOpaque(this, IDLE);
  }

  /** There may be something to do for a turn that was not there before. */
  public void touched() {
    if (driver != null) {
      driver.touched();
    }
  }

  @Override
  public boolean turn(Duration longest) {
    return turn(longest.toNanos());
  }

  /**
   * Runs one turn.
   *
   * @param longest nanoseconds, or {@link #NO_LIMIT}
   */
  boolean turn(long longest) {
    if (state == State.STOPPED) {
      return false;
    }
    if (state == State.NEW || (depth == 0 && thread != Thread.currentThread())) {
      begin();
    }
    check("turn()");
    Home before = Home.enter(this);
    depth++;
    boolean nested = beginNested(); // also when a continuation runs between two turns
    Deferred<?> coroutine = swapCoroutine(null);
    Driver by = driver;
    try {
      if (by != null) {
        by.turnBegins();
      }
      turns++;
      runPhases(longest);
      VirtualMachineError error = fatal;
      if (error != null) {
        shutdown.now();
        throw error;
      }
      return state != State.STOPPED;
    } finally {
      swapCoroutine(coroutine);
      endNestedTurn(nested);
      if (by != null) {
        by.turnEnds(state != State.STOPPED);
      }
      if (before instanceof LoopReactor outer && outer.depth > 0) {
        Home.enter(before);
      } else if (state == State.STOPPED && depth == 0) {
        Home.enter(before == this ? null : before);
      }
    }
  }

  private void runPhases(long longest) {
    long mark = timers.mark();
    takeInbox();
    runDue(mark);
    drainLocal();
    if (state == State.STOPPED) {
      return; // a turn inside of this one has run to the end
    }
    network.flush(); // what was written outside of any call
    await(longest);
    if (state == State.STOPPED) {
      return;
    }
    drainLocal();
    reportCollected();
    coroutines.reportCollected();
    shutdown.advance();
  }

  private void endNestedTurn(boolean nested) {
    endNested(nested);
    if (--depth == 0 && !selfDriven && driver == null && !inbox.beginSleep()) {
      engine.wakeup(); // whoever drives this loop learns from its engine that a turn is due
    }
    CALLS.setOpaque(this, depth > 0 ? ++callNumber : IDLE);
  }

  /** Runs the calls that are there, those first that an outer turn has taken and not come to. */
  private void takeInbox() {
    runTaken();
    taken = inbox.takeAll();
    runTaken();
  }

  private void runTaken() {
    for (Inbox.Node node; (node = taken) != null; ) {
      taken = node.next;
      Runnable task = node.task;
      if (task != null) {
        runTask(task);
      }
    }
  }

  private void runDue(long mark) {
    if (timers.size() == 0) {
      return;
    }
    long now = clock.nanoTime();
    for (Timers.Call call; (call = timers.takeDue(now, mark)) != null; ) {
      timers.run(call);
    }
  }

  private void drainLocal() {
    for (int left = local.size(); left > 0; left--) {
      Runnable task = local.poll();
      if (task == null) {
        return;
      }
      runTask(task);
    }
  }

  private void await(long longest) {
    long nanos = longest;
    if (!local.isEmpty() || fatal != null || !shutdown.idle()) {
      nanos = 0;
    } else if (timers.size() > 0) {
      long due = Math.max(0, timers.firstTime() - clock.nanoTime());
      nanos = longest < 0 ? due : Math.min(longest, due);
    }
    boolean sleeping = nanos != 0 && inbox.beginSleep();
    CALLS.setOpaque(this, IDLE);
    if (driver != null) {
      driver.recall(); // a loop inside of this turn has sent it out
    }
    try {
      engine.await(sleeping ? nanos : 0);
    } catch (IOException e) {
      report(new ReactorEvent.CallFailed("the wait of engine " + engine.name(), e));
    } finally {
      if (sleeping) {
        inbox.endSleep();
      }
    }
  }

  // ---- Single calls ---------------------------------------------------------------------------

  /** Counts a call, for the watchdog; the network calls it for each socket that is ready. */
  public void beginCall() {
    CALLS.setOpaque(this, ++callNumber);
  }

  /** Ends a call: what it wrote goes out. */
  public void endCall() {
    network.flush();
  }

  private void runTask(Runnable task) {
    beginCall();
    try {
      task.run();
    } catch (Throwable e) {
      failed("task", e);
    }
    endCall();
  }

  /** Runs an action in a context, as one call of the loop. */
  void runIn(Context context, Action action, String what) {
    beginCall();
    Context outer = swapContext(context);
    try {
      action.run();
    } catch (Throwable e) {
      failed(what, e);
    }
    swapContext(outer);
    endCall();
  }

  /** Reports what a call threw. */
  public void failed(String what, Throwable failure) {
    if (failure instanceof VirtualMachineError error && !(error instanceof StackOverflowError)) {
      fatal(error);
    }
    report(new ReactorEvent.CallFailed(what, failure));
  }

  /** Runs a task later in this turn or in the next, never from inside of this call. */
  public void later(Runnable task) {
    local.add(task);
    touched();
  }

  long callsBegun() {
    return (long) CALLS.getOpaque(this);
  }

  @Nullable Thread thread() {
    return thread;
  }

  /**
   * Lends the reactor's identity to a thread: one that a coroutine runs in, or again the loop's.
   */
  public void lend(Thread to) {
    thread = to;
  }

  // ---- Calls from everywhere ------------------------------------------------------------------

  @Override
  public void execute(Runnable task) {
    Runnable bound = task;
    if (isCurrent() && context() != Context.empty()) {
      Context captured = context();
      bound = () -> captured.run(task);
    }
    inbox.put(bound, name);
  }

  @Override
  public void post(Runnable action) {
    deliver(action);
  }

  /** Hands over a result that may come too late, in which case it is counted. */
  void deliver(Runnable action) {
    if (!inbox.offer(action)) {
      lateResults.incrementAndGet();
    }
  }

  @Override
  public DelayedCall callLater(Duration delay, Action action) {
    check("callLater");
    return debug()
        ? timers.new Traced(action, due(delay), context(), Origin.here())
        : timers.new Call(action, due(delay), context());
  }

  /** As callLater, for something that is open and listed itself. */
  public DelayedCall callInside(Duration delay, Action action) {
    check("callLater");
    return timers.new Inside(action, due(delay), context());
  }

  /** Runs an action at a moment of the clock, for something that is listed itself. */
  public DelayedCall callInsideAt(long nanoTime, Action action) {
    return timers.new Inside(action, nanoTime, Context.empty());
  }

  /** The time of this turn, to within its length: read once in a turn that asks for it. */
  public long turnTime() {
    if (turnTimed != turns) {
      turnTimed = turns;
      turnTime = clock.nanoTime();
    }
    return turnTime;
  }

  long due(Duration delay) {
    return clock.nanoTime() + Timers.nanos(delay);
  }

  @Override
  public Deferred<Void> after(Duration delay) {
    Promise<Void> promise = promise();
    DelayedCall call = callLater(delay, promise::succeed);
    promise.onCancel(Waited.as("the clock", call::cancel));
    Deadline deadline = Deadline.current();
    return call.time() - deadline.nanoTime() > 0 && deadline.isSet()
        ? deadline.bound(promise.deferred(), "the clock")
        : promise.deferred();
  }

  @Override
  public <T> Promise<T> promise() {
    Home before = Home.enter(this);
    try {
      return Promise.create();
    } finally {
      Home.enter(before);
    }
  }

  @Override
  public <T> Deferred<T> deferToThread(Callable<? extends T> function) {
    check("deferToThread");
    return poolCalls.submit(function);
  }

  @Override
  public <T> Deferred<T> deferToThread(Blocking pool, Callable<? extends T> function) {
    check("deferToThread");
    return poolCalls.submit(pool, function);
  }

  @Override
  public Blocking pool(String poolName, int threads, int queue) {
    check("pool");
    return poolCalls.named(poolName, threads, queue);
  }

  @Override
  public ScheduledExecutorService executorService() {
    var made = new ReactorExecutorService(this);
    synchronized (executors) {
      executors.add(made);
    }
    if (stopped()) {
      made.shutdownNow();
    }
    return made;
  }

  /** Somebody waits in another thread for a result of this reactor. */
  void awaits(OutsideCall<?> call) {
    outside.add(call);
  }

  void awaitsNot(OutsideCall<?> call) {
    outside.remove(call);
  }

  /** Those that wait in other threads for what will not come any more, hear of it. */
  private void endOutside() {
    outside.forEach(OutsideCall::ended);
    List<ReactorExecutorService> all;
    synchronized (executors) {
      all = List.copyOf(executors);
    }
    all.forEach(ReactorExecutorService::shutdownNow);
  }

  @Override
  public <T> T blockingCall(Callable<? extends Deferred<T>> function, Duration longest)
      throws Exception {
    var call = new OutsideCall<T>(this, function);
    if (call.isInside()) {
      throw new IllegalStateException(
          "blockingCall in the thread of "
              + name
              + ", or in one that this waits for in virtual time, would wait for itself");
    }
    return switch (call.await(longest)) {
      case Outcome.Success<T>(var value) -> value;
      case Outcome.Failure<T>(Exception failure) -> throw failure;
      case Outcome.Failure<T>(Error failure) -> throw failure;
      case Outcome.Failure<T>(var failure) -> throw new ExecutionException(failure);
    };
  }

  // ---- Parts ----------------------------------------------------------------------------------

  @Override
  public TimeSource clock() {
    return clock;
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public Network network() {
    return network;
  }

  /** The network, as the shutdown and groups see it. */
  public SocketNetwork sockets() {
    return network;
  }

  @Override
  public Coroutines coroutines() {
    return coroutines;
  }

  PoolCalls blockingCalls() {
    return poolCalls;
  }

  Timers timers() {
    return timers;
  }

  @Override
  public Resolver resolver() {
    return resolver;
  }

  @Override
  public ReactorOptions options() {
    return options;
  }

  // ---- Life -----------------------------------------------------------------------------------

  @Override
  public State state() {
    return state;
  }

  boolean stopped() {
    return state == State.STOPPED;
  }

  /** Whether the end has begun: nothing listens any more. */
  public boolean stopping() {
    return state.compareTo(State.DRAINING) >= 0;
  }

  /** Whether everything is being ended: nothing is opened any more. */
  public boolean closing() {
    return state.compareTo(State.CLOSING) >= 0;
  }

  void state(State next) {
    state = next;
  }

  @Override
  public void stop() {
    if (isCurrent() && Home.currentOrNull() == this) {
      shutdown.begin();
    } else { // in virtual time the thread may be the same, in the middle of another one's turn
      deliver(shutdown::begin);
    }
  }

  @Override
  public void awaitStopped(Duration longest) throws InterruptedException, TimeoutException {
    if (!stopped.await(longest.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new TimeoutException(name + " has not stopped after " + longest);
    }
  }

  /**
   * Has something run when it has ended, in the thread that it ends in; what waited in the inbox is
   * gone then.
   */
  public void whenEnded(Runnable action) {
    endings.add(action);
  }

  /** The error that has ended it, if one has. */
  public @Nullable VirtualMachineError fatalError() {
    return fatal;
  }

  /** The last step: nothing goes in any more, what waits is dropped. */
  void ended() {
    state = State.STOPPED;
    countLate(taken);
    taken = null;
    countLate(inbox.close());
    timers.clear();
    local.clear();
    endOutside();
    reportUnhandled();
    engine.close();
    stopped.countDown();
    endings.forEach(Runnable::run);
  }

  private void countLate(Inbox.@Nullable Node first) {
    for (Inbox.Node node = first; node != null; node = node.next) {
      lateResults.incrementAndGet();
    }
  }

  @Override
  public void onStart(Callable<? extends Deferred<?>> trigger) {
    check("onStart");
    shutdown.onStart(trigger);
  }

  @Override
  public void beforeStop(String what, Callable<? extends Deferred<?>> trigger) {
    check("beforeStop");
    shutdown.beforeStop(what, trigger);
  }

  @Override
  public void afterStop(String what, Callable<? extends Deferred<?>> trigger) {
    check("afterStop");
    shutdown.afterStop(what, trigger);
  }

  @Override
  public void onSignal(String signal, Action action) {
    check("onSignal");
    Signals.listen(signal, this, () -> runIn(Context.empty(), action, "signal " + signal));
  }

  /** Tells somebody when the shutdown deadline has passed, without counting as an observer. */
  void whenOverdue(ReactorObserver observer) {
    overdueObserver = observer;
  }

  // ---- Observation ----------------------------------------------------------------------------

  @Override
  public void observe(ReactorObserver observer) {
    observers.add(observer);
  }

  @Override
  public void unobserve(ReactorObserver observer) {
    observers.remove(observer);
  }

  @Override
  public void report(ReactorEvent event) {
    if (event instanceof ReactorEvent.ShutdownOverdue && overdueObserver != null) {
      overdueObserver.observe(event);
    }
    observers.tell(event);
  }

  @Override
  public boolean observed() {
    return !observers.isEmpty();
  }

  @Override
  public ReactorStats stats() {
    return network.stats(
        turns,
        timers.size(),
        coroutines.size(),
        lateResults.get(),
        poolCalls.pending(),
        poolCalls.refused());
  }

  @Override
  public List<LiveCoroutine> liveCoroutines() {
    check("liveCoroutines");
    return coroutines.alive();
  }

  @Override
  public List<Holding> holdings() {
    List<Holding> holdings = new ArrayList<>(network.holdings());
    holdings.addAll(timers.holdings(clock.nanoTime()));
    for (String what : coroutines.describe()) {
      holdings.add(new Holding(Kind.COROUTINE, what, false, null));
    }
    if (holdings.isEmpty() && !stopping()) {
      holdings.addAll(network.leftovers());
      holdings.addAll(timers.leftovers(clock.nanoTime()));
    }
    return holdings;
  }

  @Override
  public void reportUnhandledFailures() {
    check("reportUnhandledFailures");
    reportUnhandled();
  }

  // ---- Home -----------------------------------------------------------------------------------

  @Override
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  @Override
  public Reactor reactor() {
    return this;
  }

  @Override
  public void report(Throwable failure, @Nullable String origin) {
    report(new ReactorEvent.FailureUnhandled(failure, origin));
  }

  @Override
  public void fatal(VirtualMachineError error) {
    fatal = error;
  }

  @Override
  public boolean debug() {
    return options.debug();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return name + " (" + engine.name() + ", " + state + ")";
  }
}
