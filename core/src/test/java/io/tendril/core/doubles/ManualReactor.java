package io.tendril.core.doubles;

import io.tendril.core.Context;
import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorObserver;
import io.tendril.core.ReactorOptions;
import io.tendril.core.ReactorStats;
import io.tendril.core.internal.Home;
import io.tendril.spi.Blocking;
import io.tendril.spi.Network;
import io.tendril.spi.PolledReactor;
import io.tendril.spi.Resolver;
import io.tendril.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/**
 * A reactor whose time passes when a test says so, over a network and a resolver of the test's. Its
 * thread is the one that made it, from then on until {@link #close()}.
 */
public final class ManualReactor extends Home implements Reactor, AutoCloseable {
  private final Thread thread = Thread.currentThread();
  private final Home outer = Home.enter(this);
  private final List<Call> calls = new ArrayList<>();
  private final RandomGenerator random = new Random(1);
  private long now = 1_000_000_000;
  private long made;

  /** What was reported, failures of calls included. */
  public final List<ReactorEvent> events = new ArrayList<>();

  /** What is torn down at the end, as {@link #beforeStop} was told. */
  public final List<Callable<? extends Deferred<?>>> beforeStop = new ArrayList<>();

  public Network network;
  public Resolver resolver;

  /** Gives the thread back, and reports the failures that nobody handled. */
  @Override
  public void close() {
    reportUnhandled();
    Home.enter(outer);
  }

  /** Lets time pass, and makes the calls that become due, each at its own time. */
  public void advance(Duration time) {
    long until = now + time.toNanos();
    for (Call next = first(); next != null && next.time <= Math.max(now, until); next = first()) {
      now = Math.max(now, next.time);
      calls.remove(next);
      next.run();
    }
    now = Math.max(now, until);
  }

  /** Lets time pass without making any call: what a call that takes long does. */
  public void spend(Duration time) {
    now += time.toNanos();
  }

  /** Makes the calls that are due now, and not those that they make for now. */
  public void turn() {
    long mark = made;
    calls.stream()
        .filter(call -> call.time <= now && call.order < mark)
        .sorted((a, b) ->
            a.time != b.time ? Long.compare(a.time, b.time) : Long.compare(a.order, b.order))
        .toList()
        .forEach(call -> {
          if (calls.remove(call)) {
            call.run();
          }
        });
  }

  /** Makes the calls that are due now, and those that they make for now. */
  public void settle() {
    advance(Duration.ZERO);
  }

  /** How many calls are pending. */
  public int pendingCalls() {
    return calls.size();
  }

  /** How long it is to the next call. */
  public Duration untilNextCall() {
    return Duration.ofNanos(first().time - now);
  }

  private Call first() {
    return calls.stream()
        .min((a, b) ->
            a.time != b.time ? Long.compare(a.time, b.time) : Long.compare(a.order, b.order))
        .orElse(null);
  }

  private final class Call implements DelayedCall {
    private final Action action;
    private final Context context = ManualReactor.this.context();
    private final long order = made++;
    private long time;

    Call(long time, Action action) {
      this.time = time;
      this.action = action;
    }

    void run() {
      Context before = swapContext(context);
      try {
        action.run();
      } catch (Exception e) {
        events.add(new ReactorEvent.CallFailed("delayed call", e));
      } finally {
        swapContext(before);
      }
    }

    private void check() {
      if (!active()) {
        throw new IllegalStateException("this call has run or was cancelled");
      }
    }

    @Override
    public void cancel() {
      check();
      calls.remove(this);
    }

    @Override
    public void reset(Duration fromNow) {
      check();
      time = now + fromNow.toNanos();
    }

    @Override
    public void delay(Duration further) {
      check();
      time += further.toNanos();
    }

    @Override
    public boolean active() {
      return calls.contains(this);
    }

    @Override
    public long time() {
      return time;
    }
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
  public DelayedCall callLater(Duration delay, Action action) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("a delay of " + delay);
    }
    var call = new Call(now + delay.toNanos(), action);
    calls.add(call);
    return call;
  }

  @Override
  public void post(Runnable action) {
    execute(action);
  }

  @Override
  public void report(Throwable failure, String origin) {
    events.add(new ReactorEvent.FailureUnhandled(failure, origin));
  }

  @Override
  public void fatal(VirtualMachineError error) {
    throw error;
  }

  @Override
  public boolean debug() {
    return false;
  }

  @Override
  public String name() {
    return "reactor 'manual'";
  }

  // ---- Reactor --------------------------------------------------------------------------------

  @Override
  public void execute(Runnable task) {
    callLater(Duration.ZERO, task::run);
  }

  @Override
  public Deferred<Void> after(Duration delay) {
    Promise<Void> promise = promise();
    DelayedCall call = callLater(delay, promise::succeed);
    return promise.onCancel(call::cancel).deferred();
  }

  @Override
  public <T> Promise<T> promise() {
    return Promise.create();
  }

  @Override
  public TimeSource clock() {
    return new TimeSource() {
      @Override
      public long nanoTime() {
        return now;
      }

      @Override
      public Instant now() {
        return Instant.EPOCH.plusNanos(now);
      }
    };
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public Network network() {
    return network;
  }

  @Override
  public Resolver resolver() {
    return resolver;
  }

  @Override
  public void beforeStop(String name, Callable<? extends Deferred<?>> trigger) {
    beforeStop.add(trigger);
  }

  @Override
  public boolean observed() {
    return true;
  }

  @Override
  public void report(ReactorEvent event) {
    events.add(event);
  }

  @Override
  public void run() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Reactor start() {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> Deferred<T> deferToThread(Blocking pool, Callable<? extends T> function) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Blocking pool(String name, int threads, int queue) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Reactor drivenBy(Executor loop) {
    throw new UnsupportedOperationException();
  }

  @Override
  public PolledReactor polled(Runnable due) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledExecutorService executorService() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean turn(Duration longest) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void stop() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void awaitStopped(Duration longest) {
    throw new UnsupportedOperationException();
  }

  @Override
  public State state() {
    return State.RUNNING;
  }

  @Override
  public <T> Deferred<T> async(Callable<? extends T> body) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> Deferred<T> deferToThread(Callable<? extends T> function) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> T blockingCall(Callable<? extends Deferred<T>> function, Duration longest) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void onStart(Callable<? extends Deferred<?>> trigger) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void afterStop(String name, Callable<? extends Deferred<?>> trigger) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void onSignal(String signal, Action action) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void observe(ReactorObserver observer) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void unobserve(ReactorObserver observer) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<LiveCoroutine> liveCoroutines() {
    throw new UnsupportedOperationException();
  }

  @Override
  public ReactorStats stats() {
    throw new UnsupportedOperationException();
  }

  @Override
  public ReactorOptions options() {
    return ReactorOptions.defaults();
  }
}
