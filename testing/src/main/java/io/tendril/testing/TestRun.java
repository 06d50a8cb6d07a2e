package io.tendril.testing;

import io.tendril.core.Deferred;
import io.tendril.core.Outcome;
import io.tendril.core.Reactor;
import io.tendril.spi.Inspection.Holding;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of a test under {@link TendrilExtension}: waits for results, expects failures, cleans up.
 * A test that wants it takes it as a parameter. Used in the test's thread.
 *
 * <pre>{@code
 * @TendrilTest
 * void answers(Reactor reactor, TestRun test) throws Exception {
 *   var listener = test.result(reactor.listen("tcp:0", Server::new));
 *   test.addCleanup(listener::close);
 *   var client = test.result(reactor.connect("tcp:127.0.0.1:" + listener.port(), Client::new));
 *   assertThat(test.result(client.ask("ping"))).isEqualTo("pong");
 *   client.close();
 * }
 * }</pre>
 */
public final class TestRun {
  /** How long connections that are closing may take, beyond the 2 s that they linger. */
  private static final Duration ENDING = Duration.ofSeconds(3);

  private final Pace pace;
  private final Duration limit;
  private final Deque<Callable<? extends @Nullable Deferred<?>>> cleanups = new ArrayDeque<>();

  TestRun(Pace pace, Duration limit) {
    this.pace = pace;
    this.limit = limit;
  }

  /** The reactor of this test. */
  public Reactor reactor() {
    return pace.reactor();
  }

  /**
   * Lets the reactor run until a Deferred has a result; in virtual time, time passes.
   *
   * @return its value
   * @throws Exception its failure
   * @throws AssertionError if there is none within the test's limit (120 s; a day of virtual time),
   *     or another failure is reported meanwhile
   */
  @SuppressWarnings("NullAway") // the value is null where that is what it succeeded with
  public <T> T result(Deferred<T> deferred) throws Exception {
    return switch (outcome(deferred)) {
      case Outcome.Success<T>(var value) -> value;
      case Outcome.Failure<T>(var failure) -> {
        failure.addSuppressed(new Throwable("it was waited for here"));
        switch (failure) {
          case Exception exception -> throw exception;
          case Error error -> throw error;
          default -> throw new AssertionError(failure);
        }
      }
    };
  }

  /**
   * As {@link #result}, for a Deferred that has to fail with a type.
   *
   * @return its failure
   */
  public <X extends Throwable> X failure(Deferred<?> deferred, Class<X> type) {
    return switch (outcome(deferred)) {
      case Outcome.Failure<?>(var failure) when type.isInstance(failure) -> type.cast(failure);
      case Outcome.Failure<?>(var failure) ->
          throw new AssertionError("failed with " + failure + "; expected " + type, failure);
      case Outcome.Success<?>(var value) ->
          throw new AssertionError("succeeded with " + value + "; expected " + type);
    };
  }

  private <T> Outcome<T> outcome(Deferred<T> deferred) {
    var seen = new Deferreds.Seen<T>();
    Deferred<T> watched =
        deferred
            .whenComplete((value, failure) -> {
              seen.see(value, failure);
              pace.wake();
            })
            .exceptionally(_ -> null);
    if (!pace.until(seen::isThere, limit)) {
      watched.cancel();
      throw new AssertionError("no result " + pace.whyNot(limit) + describe(pace.holdings()));
    }
    return seen.outcome();
  }

  /**
   * Lets the reactor run until a condition holds; in virtual time, time passes.
   *
   * @throws AssertionError if it does not within the test's limit
   */
  public void until(BooleanSupplier condition) {
    if (!pace.until(condition, limit)) {
      throw new AssertionError(
          "the condition does not hold " + pace.whyNot(limit) + describe(pace.holdings()));
    }
  }

  /**
   * Expects a failure to be reported: one, of this type, before or after this call. Any other fails
   * the test, and so does this one if it does not come.
   */
  public void expectFailure(Class<? extends Throwable> type) {
    pace.failures().expect(type);
  }

  /**
   * Does something when the test has ended, also when its set-up has failed, and waits for the
   * Deferred. The last one added comes first.
   */
  public void addCleanup(Callable<? extends Deferred<?>> cleanup) {
    cleanups.push(cleanup);
  }

  /** As {@link #addCleanup(Callable)}, for what is done at once. */
  public void addCleanup(Reactor.Action cleanup) {
    cleanups.push(() -> {
      cleanup.run();
      return null;
    });
  }

  // ---- The end --------------------------------------------------------------------------------

  Pace pace() {
    return pace;
  }

  /**
   * Cleans up, looks for what was left behind, and stops the reactor.
   *
   * @param failed whether the test has failed already: then what it left behind is no news
   */
  void finish(boolean failed) {
    List<Throwable> problems = new ArrayList<>();
    while (!cleanups.isEmpty()) {
      attempt(problems, this::cleanUp);
    }
    if (!failed && problems.isEmpty()) {
      attempt(problems, this::checkHoldings);
    }
    attempt(problems, pace::stop);
    attempt(problems, pace.failures()::throwUnexpected);
    if (!failed) {
      attempt(problems, pace.failures()::throwMissing);
    }
    if (!problems.isEmpty()) {
      throw asError(problems);
    }
  }

  private static void attempt(List<Throwable> problems, Reactor.Action step) {
    try {
      step.run();
    } catch (Exception | AssertionError e) {
      problems.add(e);
    }
  }

  private static AssertionError asError(List<Throwable> problems) {
    Throwable first = problems.getFirst();
    AssertionError error =
        first instanceof AssertionError known
            ? known
            : new AssertionError("a cleanup failed: " + first, first);
    problems.stream().skip(1).forEach(error::addSuppressed);
    return error;
  }

  private void cleanUp() throws Exception {
    Deferred<?> cleaning = cleanups.pop().call();
    if (cleaning != null) {
      result(cleaning);
    }
  }

  private void checkHoldings() {
    pace.settle(() -> pace.holdings().isEmpty());
    if (pace.holdings().stream().anyMatch(Holding::ending)) {
      pace.until(() -> pace.holdings().stream().noneMatch(Holding::ending), ENDING);
    }
    List<Holding> left = pace.holdings();
    if (!left.isEmpty()) {
      throw new AssertionError("left behind" + describe(left));
    }
  }

  private static String describe(List<Holding> holdings) {
    var text = new StringBuilder(holdings.isEmpty() ? "; nothing is open" : ":");
    holdings.forEach(holding -> text.append("\n  a ").append(holding));
    return text.toString();
  }
}
