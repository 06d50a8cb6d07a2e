package io.tendril.core.internal.coroutine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Outcome;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorOptions;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What only continuations can: the reactor's own thread, garbage collection; and where they cannot.
 */
class ContinuationCarrierTest {
  private final List<ReactorEvent> events = new ArrayList<>();
  private final Reactor reactor = Reactor.create(ReactorOptions.defaults());

  @AfterEach
  void close() {
    reactor.stop();
    while (reactor.turn(Duration.ofMillis(1))) {}
  }

  @Test
  void isChosenWhereTheJdkLetsUs() {
    reactor.observe(events::add);
    reactor.async(() -> 1);
    assertThat(events)
        .contains(
            new ReactorEvent.Chosen(
                "coroutine carrier", "continuations", "java.base exports jdk.internal.vm"));
  }

  @Test
  void runsInTheReactorsOwnThread() {
    List<Thread> threads = new ArrayList<>();
    Promise<Void> promise = reactor.promise();
    reactor.async(() -> {
      threads.add(Thread.currentThread());
      promise.deferred().await();
      return threads.add(Thread.currentThread());
    });
    promise.succeed();
    reactor.turn(Duration.ZERO);
    assertThat(threads).containsExactly(Thread.currentThread(), Thread.currentThread());
  }

  @Test
  void anAbandonedOneIsCollectedAndNamed() {
    reactor.observe(events::add);
    WeakReference<Object> kept = abandon();
    for (int i = 0; i < 100 && kept.get() != null; i++) {
      System.gc();
    }
    assertThat(kept.get()).isNull();
    var told = new ReactorEvent.CoroutineAbandoned("coroutine ContinuationCarrierTest");
    for (int i = 0; i < 1_000 && !events.contains(told); i++) {
      reactor.turn(Duration.ofMillis(1));
    }
    assertThat(events).contains(told);
  }

  /** Starts a coroutine that holds an object and awaits what nobody can fire. */
  private WeakReference<Object> abandon() {
    Object held = new Object();
    reactor.async(() -> {
      Object mine = held;
      Promise.create().deferred().await();
      return mine;
    });
    return new WeakReference<>(held);
  }

  /** How deep is too deep depends on what is compiled; that it is no end does not. */
  @Test
  void onAStackThatIsTooDeepToBeSuspendedTheAwaitThrowsAndTheCoroutineGoesOn() {
    List<String> refusals = new ArrayList<>();
    Promise<String> last = reactor.promise();
    Deferred<String> coroutine =
        reactor.async(() -> {
          for (int depth = 1_000; depth < 1_000_000 && refusals.isEmpty(); depth *= 2) {
            try {
              awaitBelow(depth);
            } catch (IllegalStateException e) {
              refusals.add(e.getMessage());
            } catch (StackOverflowError e) {
              refusals.add("too deep for the recursion itself");
            }
          }
          return last.deferred().await();
        });
    for (int i = 0; i < 1_000 && refusals.isEmpty(); i++) {
      reactor.turn(Duration.ofMillis(1));
    }
    last.succeed("goes on");
    List<String> values = new ArrayList<>();
    coroutine.thenAccept(values::add);
    reactor.turn(Duration.ZERO);
    assertThat(values).containsExactly("goes on");
    assertThat(refusals).singleElement().asString().contains("too deep");
  }

  private int awaitBelow(int depth) {
    if (depth == 0) {
      reactor.after(Duration.ZERO).await();
      return 0;
    }
    return awaitBelow(depth - 1) + 1;
  }

  private static Deferred<String> awaited;

  /**
   * A class whose initialiser awaits: the JDK cannot suspend below the native code that runs it.
   */
  private static final class Pinning {
    static Throwable thrown;

    static {
      try {
        awaited.await();
      } catch (IllegalStateException e) {
        thrown = e;
      }
    }
  }

  @Test
  void anAwaitBelowNativeCodeThrowsAndTheCoroutineGoesOn() {
    Promise<String> promise = reactor.promise();
    List<Outcome<String>> outcome = new ArrayList<>();
    Deferred<String> coroutine =
        reactor.async(() -> {
          awaited = promise.deferred();
          Throwable pinned = Pinning.thrown;
          return promise.deferred().await() + ", " + pinned.getMessage();
        });
    coroutine.thenAccept(value -> outcome.add(new Outcome.Success<>(value)));
    promise.succeed("awaited again");
    reactor.turn(Duration.ZERO);
    assertThat(outcome)
        .singleElement()
        .asString()
        .contains("awaited again, await below a native method");
  }
}
