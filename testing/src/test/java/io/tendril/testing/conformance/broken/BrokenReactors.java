package io.tendril.testing.conformance.broken;

import static io.tendril.testing.conformance.broken.Broken.reactor;

import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;

/** Sound engines under reactors that are at fault. */
final class BrokenReactors {
  private BrokenReactors() {}

  static List<Broken> all() {
    return List.of(
        // ---- Calls
        reactor(
            "R1",
            "makes a call for now at once, inside of the one that asks for it",
            sound ->
                new ForwardingReactor(sound) {
                  @Override
                  public DelayedCall callLater(Duration delay, Action action) {
                    if (!delay.isZero()) {
                      return super.callLater(delay, action);
                    }
                    try {
                      action.run();
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                    return super.callLater(delay, () -> {});
                  }
                }),
        reactor(
            "R1 R2",
            "runs a task at once in the reactor's own thread",
            sound -> {
              Thread home = Thread.currentThread();
              return new ForwardingReactor(sound) {
                @Override
                public void execute(Runnable task) {
                  if (Thread.currentThread() == home && state() == State.RUNNING) {
                    task.run();
                  } else {
                    super.execute(task);
                  }
                }
              };
            }),
        reactor(
            "R2",
            "runs the last task first",
            sound ->
                new ForwardingReactor(sound) {
                  private final Deque<Runnable> tasks = new ArrayDeque<>();

                  @Override
                  public void execute(Runnable task) {
                    synchronized (tasks) {
                      tasks.push(task);
                    }
                    super.execute(() -> next().run());
                  }

                  private Runnable next() {
                    synchronized (tasks) {
                      return tasks.pop();
                    }
                  }
                }),
        reactor(
            "R3",
            "makes calls that have been cancelled",
            sound ->
                new ForwardingReactor(sound) {
                  @Override
                  public DelayedCall callLater(Duration delay, Action action) {
                    return new ForwardingCall(super.callLater(delay, action)) {
                      @Override
                      public void cancel() {}
                    };
                  }
                }),
        reactor(
            "R3",
            "says nothing when a call that is over is used",
            sound ->
                new ForwardingReactor(sound) {
                  @Override
                  public DelayedCall callLater(Duration delay, Action action) {
                    return new ForwardingCall(super.callLater(delay, action)) {
                      @Override
                      public void cancel() {
                        if (active()) {
                          super.cancel();
                        }
                      }
                    };
                  }
                }),
        reactor(
            "D14",
            "takes what is to be done at its end from any thread",
            sound ->
                new ForwardingReactor(sound) {
                  @Override
                  public void beforeStop(String name, Callable<? extends Deferred<?>> trigger) {
                    execute(() -> super.beforeStop(name, trigger));
                  }
                }),
        reactor(
            "D12",
            "gives nothing when a call from another thread fails",
            sound ->
                new ForwardingReactor(sound) {
                  @Override
                  @SuppressWarnings("NullAway") // on purpose
                  public <T> T blockingCall(
                      Callable<? extends Deferred<T>> function, Duration longest) {
                    try {
                      return super.blockingCall(function, longest);
                    } catch (Exception e) {
                      return null;
                    }
                  }
                }),

        // ---- The end
        reactor(
            "R6",
            "waits for nobody before it stops",
            sound ->
                new ForwardingReactor(sound) {
                  @Override
                  public void beforeStop(String name, Callable<? extends Deferred<?>> trigger) {
                    super.beforeStop(
                        name,
                        () -> {
                          var _ = trigger.call().handle((value, failure) -> null);
                          return Deferred.done();
                        });
                  }
                }),
        reactor(
            "R6",
            "does last things first",
            sound ->
                new ForwardingReactor(sound) {
                  @Override
                  public void afterStop(String name, Callable<? extends Deferred<?>> trigger) {
                    super.beforeStop(name, trigger);
                  }
                }),

        // ---- Reports
        reactor(
            "D9",
            "keeps failures that nobody handles to itself",
            sound ->
                new ForwardingReactor(sound) {
                  @Override
                  public void observe(ReactorObserver observer) {
                    super.observe(event -> {
                      if (!(event instanceof ReactorEvent.FailureUnhandled)) {
                        observer.observe(event);
                      }
                    });
                  }
                }),
        reactor(
            "R2 R3 T7",
            "keeps what a call throws to itself",
            sound ->
                new ForwardingReactor(sound) {
                  @Override
                  public void observe(ReactorObserver observer) {
                    super.observe(event -> {
                      if (!(event instanceof ReactorEvent.CallFailed)) {
                        observer.observe(event);
                      }
                    });
                  }
                }),
        reactor(
            "R9",
            "does not say where a call is slow",
            sound ->
                new ForwardingReactor(sound) {
                  @Override
                  public void observe(ReactorObserver observer) {
                    super.observe(event ->
                        observer.observe(
                            event instanceof ReactorEvent.CallTooSlow(var soFar, var stack)
                                ? new ReactorEvent.CallTooSlow(soFar, List.of())
                                : event));
                  }
                }),
        reactor(
            "T9",
            "reports a shortage of descriptors each time that it meets it",
            sound ->
                new ForwardingReactor(sound) {
                  @Override
                  public void observe(ReactorObserver observer) {
                    super.observe(event -> {
                      observer.observe(event);
                      if (event instanceof ReactorEvent.DescriptorsExhausted) {
                        observer.observe(event);
                      }
                    });
                  }
                }));
  }

  /** A delayed call that leaves everything to another one. */
  private abstract static class ForwardingCall implements DelayedCall {
    private final DelayedCall call;

    ForwardingCall(DelayedCall call) {
      this.call = call;
    }

    @Override
    public void cancel() {
      call.cancel();
    }

    @Override
    public void reset(Duration fromNow) {
      call.reset(fromNow);
    }

    @Override
    public void delay(Duration further) {
      call.delay(further);
    }

    @Override
    public boolean active() {
      return call.active();
    }

    @Override
    public long time() {
      return call.time();
    }
  }
}
