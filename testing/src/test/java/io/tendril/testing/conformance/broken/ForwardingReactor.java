package io.tendril.testing.conformance.broken;

import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorObserver;
import io.tendril.core.ReactorOptions;
import io.tendril.core.ReactorStats;
import io.tendril.spi.Blocking;
import io.tendril.spi.Network;
import io.tendril.spi.PolledReactor;
import io.tendril.spi.Resolver;
import io.tendril.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/** A reactor that leaves everything to another one. */
class ForwardingReactor implements Reactor {
  private final Reactor reactor;

  ForwardingReactor(Reactor reactor) {
    this.reactor = reactor;
  }

  @Override
  public void run() {
    reactor.run();
  }

  @Override
  public Reactor start() {
    reactor.start();
    return this;
  }

  @Override
  public boolean turn(Duration longest) {
    return reactor.turn(longest);
  }

  @Override
  public <T> Deferred<T> deferToThread(Blocking pool, Callable<? extends T> function) {
    return reactor.deferToThread(pool, function);
  }

  @Override
  public Blocking pool(String name, int threads, int queue) {
    return reactor.pool(name, threads, queue);
  }

  @Override
  public Reactor drivenBy(Executor loop) {
    reactor.drivenBy(loop);
    return this;
  }

  @Override
  public PolledReactor polled(Runnable due) {
    return reactor.polled(due);
  }

  @Override
  public ScheduledExecutorService executorService() {
    return reactor.executorService();
  }

  @Override
  public void stop() {
    reactor.stop();
  }

  @Override
  public void awaitStopped(Duration longest) throws InterruptedException, TimeoutException {
    reactor.awaitStopped(longest);
  }

  @Override
  public State state() {
    return reactor.state();
  }

  @Override
  public void execute(Runnable task) {
    reactor.execute(task);
  }

  @Override
  public DelayedCall callLater(Duration delay, Action action) {
    return reactor.callLater(delay, action);
  }

  @Override
  public Deferred<Void> after(Duration delay) {
    return reactor.after(delay);
  }

  @Override
  public <T> Promise<T> promise() {
    return reactor.promise();
  }

  @Override
  public TimeSource clock() {
    return reactor.clock();
  }

  @Override
  public RandomGenerator random() {
    return reactor.random();
  }

  @Override
  public <T> Deferred<T> async(Callable<? extends T> body) {
    return reactor.async(body);
  }

  @Override
  public <T> Deferred<T> deferToThread(Callable<? extends T> function) {
    return reactor.deferToThread(function);
  }

  @Override
  public <T> T blockingCall(Callable<? extends Deferred<T>> function, Duration longest)
      throws Exception {
    return reactor.blockingCall(function, longest);
  }

  @Override
  public Network network() {
    return reactor.network();
  }

  @Override
  public Resolver resolver() {
    return reactor.resolver();
  }

  @Override
  public void onStart(Callable<? extends Deferred<?>> trigger) {
    reactor.onStart(trigger);
  }

  @Override
  public void beforeStop(String name, Callable<? extends Deferred<?>> trigger) {
    reactor.beforeStop(name, trigger);
  }

  @Override
  public void afterStop(String name, Callable<? extends Deferred<?>> trigger) {
    reactor.afterStop(name, trigger);
  }

  @Override
  public void onSignal(String signal, Action action) {
    reactor.onSignal(signal, action);
  }

  @Override
  public void observe(ReactorObserver observer) {
    reactor.observe(observer);
  }

  @Override
  public void unobserve(ReactorObserver observer) {
    reactor.unobserve(observer);
  }

  @Override
  public boolean observed() {
    return reactor.observed();
  }

  @Override
  public void report(ReactorEvent event) {
    reactor.report(event);
  }

  @Override
  public List<LiveCoroutine> liveCoroutines() {
    return reactor.liveCoroutines();
  }

  @Override
  public ReactorStats stats() {
    return reactor.stats();
  }

  @Override
  public ReactorOptions options() {
    return reactor.options();
  }

  @Override
  public String toString() {
    return reactor.toString();
  }
}
