package io.tendril.core.internal.loop;

import io.tendril.core.Deferred;
import io.tendril.core.Outcome;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorOptions;
import io.tendril.core.systemd.Notifier;
import io.tendril.spi.ListeningSockets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whole programs: from the set-up to the exit status. */
public final class Programs {
  private Programs() {}

  /** A program under way: what it should exit with, and how often it was told to end. */
  private static final class Run {
    private final LoopReactor reactor;
    private int status;
    private int signals;
    private @Nullable String signal;
    private @Nullable Throwable failure;

    Run(LoopReactor reactor) {
      this.reactor = reactor;
    }

    void hear(String name) {
      Signals.listenMeanwhile(name, reactor, () -> signalled(name));
    }

    private void signalled(String name) {
      signal = name;
      if (++signals == 1) {
        reactor.stop();
      } else {
        Runtime.getRuntime().halt(128 + Signals.number(name));
      }
    }

    void observe(ReactorEvent event) {
      if (event instanceof ReactorEvent.ShutdownOverdue) {
        status = signal == null ? 1 : 128 + Signals.number(signal);
      }
    }

    /** The set-up is done: the manager of this service is told so now, and of the end then. */
    Deferred<Void> serves(Notifier manager) {
      for (IOException wrong : ListeningSockets.settle()) {
        reactor.report(new ReactorEvent.CallFailed("an inherited socket", wrong));
      }
      if (manager.isThere()) {
        reactor.beforeStop("the notification of the end", () -> heard(manager.stopping()));
      }
      return heard(manager.ready()).thenRun(manager::keepAlive);
    }

    /** A manager that does not hear is no reason to end. */
    private Deferred<Void> heard(Deferred<Void> notification) {
      return notification.exceptionally(failure -> {
        reactor.report(new ReactorEvent.CallFailed("the notification of the manager", failure));
        return null;
      });
    }

    void failed(Throwable thrown) {
      status = 1;
      failure = thrown;
      reactor.stop();
    }
  }

  public static void run(Reactor.Setup<? extends Deferred<?>> setup) {
    LoopReactor reactor = Reactors.create(ReactorOptions.defaults());
    run(reactor, Notifier.of(reactor), setup, _ -> {});
  }

  /**
   * Runs a program on a reactor that has not run yet.
   *
   * @param manager who is told of it
   * @param others is given whom to tell, in the reactor's thread, of a failure elsewhere that ends
   *     the program
   */
  public static void run(
      LoopReactor reactor,
      Notifier manager,
      Reactor.Setup<? extends Deferred<?>> setup,
      Consumer<Consumer<Throwable>> others) {
    var program = new Run(reactor);
    others.accept(program::failed);
    reactor.whenOverdue(program::observe);
    program.hear("INT");
    program.hear("TERM");
    ParentWatch.begin(reactor);
    reactor.onStart(() ->
        Deferred.of(() -> setup.start(reactor).thenRun(() -> {}))
            .thenCompose(_ -> program.serves(manager))
            .exceptionally(failure -> {
              program.failed(failure);
              return null;
            }));
    reactor.run();
    Signals.release(reactor);
    if (program.failure != null) {
      System.err.println("error: " + line(program.failure));
    }
    if (program.status != 0) {
      System.exit(program.status);
    }
  }

  private static String line(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.toString() : message;
  }

  public static <T> T runUntil(Reactor.Setup<Deferred<T>> body) throws Exception {
    return runUntil(Reactors.create(ReactorOptions.defaults()), body);
  }

  /** Runs a program on a reactor that has not run yet, until it has a result. */
  public static <T> T runUntil(LoopReactor reactor, Reactor.Setup<Deferred<T>> body)
      throws Exception {
    List<Outcome<T>> outcome = new ArrayList<>();
    reactor.onStart(() -> {
      Promise<Void> begun = Promise.create();
      Deferred.of(() -> body.start(reactor))
          .handle(
              value -> outcome.add(new Outcome.Success<>(value)),
              failure -> outcome.add(new Outcome.Failure<>(failure)))
          .thenRun(reactor::stop);
      begun.succeed();
      return begun.deferred();
    });
    reactor.run();
    return switch (outcome.isEmpty() ? null : outcome.getFirst()) {
      case Outcome.Success<T>(var value) -> value;
      case Outcome.Failure<T>(var cause) when cause instanceof Exception e -> throw e;
      case Outcome.Failure<T>(var cause) when cause instanceof Error e -> throw e;
      case Outcome.Failure<T>(var cause) -> throw new IllegalStateException(cause);
      case null -> throw new IllegalStateException("the reactor was stopped before the end");
    };
  }
}
