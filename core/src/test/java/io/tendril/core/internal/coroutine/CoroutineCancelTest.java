package io.tendril.core.internal.coroutine;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Outcome;
import io.tendril.core.Promise;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** D7 for coroutines: cancelling reaches what the body awaits, and shows there. */
class CoroutineCancelTest extends CoroutineFixture {

  private Promise<String> logged(String name) {
    Promise<String> promise = reactor.promise();
    return promise.onCancel(() -> log.add(name + " cancelled"));
  }

  @Test
  void whatIsAwaitedIsCancelledAndTheBodyHearsOfIt() {
    Promise<String> promise = logged("it");
    Deferred<String> coroutine =
        reactor.async(() -> {
          try {
            return promise.deferred().await();
          } finally {
            log.add("finally");
          }
        });
    coroutine.cancel();
    assertThat(failureOf(coroutine)).isInstanceOf(CancellationException.class);
    assertThat(log).containsExactly("it cancelled", "finally");
  }

  @Test
  void theExceptionShowsTheAwaitingPlace() {
    Promise<String> promise = reactor.promise();
    Deferred<String> coroutine = reactor.async(() -> awaits(promise));
    coroutine.cancel();
    assertThat(failureOf(coroutine).getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("awaits"));
  }

  private static String awaits(Promise<String> promise) {
    return promise.deferred().await();
  }

  @Test
  void fromAnyStageBehind() {
    Promise<String> promise = logged("it");
    Deferred<Integer> last =
        reactor.async(() -> promise.deferred().await()).thenApply(String::length).thenApply(n -> n);
    last.cancel();
    assertThat(failureOf(last)).isInstanceOf(CancellationException.class);
    assertThat(log).containsExactly("it cancelled");
  }

  @Test
  void throughCoroutinesThatAwaitEachOther() {
    Promise<String> promise = logged("innermost");
    Deferred<String> outer =
        reactor.async(() ->
            reactor.async(() -> reactor.async(() -> promise.deferred().await()).await()).await());
    outer.cancel();
    assertThat(failureOf(outer)).isInstanceOf(CancellationException.class);
    assertThat(log).containsExactly("innermost cancelled");
  }

  @Test
  void theBodyMayCleanUpAndAwaitInDoingSo() {
    Promise<String> promise = reactor.promise();
    Deferred<String> coroutine =
        reactor.async(() -> {
          try {
            return promise.deferred().await();
          } finally {
            rest().await();
            log.add("clean");
          }
        });
    coroutine.cancel();
    assertThat(failureOf(coroutine)).isInstanceOf(CancellationException.class);
    assertThat(log).containsExactly("clean");
  }

  @Test
  void theBodyMayReturnAValueAllTheSame() {
    Promise<String> promise = reactor.promise();
    Deferred<String> coroutine =
        reactor.async(() -> {
          try {
            return promise.deferred().await();
          } catch (CancellationException e) {
            return "instead";
          }
        });
    coroutine.cancel();
    assertThat(outcome(coroutine)).isEqualTo(new Outcome.Success<>("instead"));
  }

  @Test
  void betweenAResultAndItsResumptionTheNextSuspensionIsCancelled() {
    Promise<String> first = reactor.promise();
    Promise<String> second = logged("second");
    Deferred<String> coroutine =
        reactor.async(() -> {
          log.add(first.deferred().await());
          return second.deferred().await();
        });
    first.succeed("first");
    coroutine.cancel();
    assertThat(failureOf(coroutine)).isInstanceOf(CancellationException.class);
    assertThat(log).containsExactly("first", "second cancelled");
  }

  @Test
  void byItselfTheNextSuspensionIsCancelled() {
    Deferred<?>[] own = new Deferred<?>[1];
    Deferred<String> coroutine =
        reactor.async(() -> {
          rest().await();
          own[0].cancel();
          log.add("goes on");
          log.add(Deferred.succeeded("no suspension").await());
          rest().await();
          return "never";
        });
    own[0] = coroutine;
    assertThat(failureOf(coroutine)).isInstanceOf(CancellationException.class);
    assertThat(log).containsExactly("goes on", "no suspension");
  }

  @Test
  void beforeItBeginsTheBodyNeverDoes() {
    Promise<Void> promise = reactor.promise();
    Deferred<?>[] coroutine = new Deferred<?>[1];
    promise.deferred().thenRun(() -> coroutine[0] = reactor.async(() -> log.add("begun")));
    promise.succeed();
    coroutine[0].cancel();
    assertThat(failureOf(coroutine[0])).isInstanceOf(CancellationException.class);
    assertThat(log).isEmpty();
  }

  @Test
  void onceIsEnoughAndTwiceNoMore() {
    Promise<String> promise = logged("it");
    Deferred<String> coroutine =
        reactor.async(() -> {
          try {
            return promise.deferred().await();
          } catch (CancellationException e) {
            rest().await();
            return "survived";
          }
        });
    coroutine.cancel();
    assertThat(outcome(coroutine)).isEqualTo(new Outcome.Success<>("survived"));
    coroutine.cancel();
    assertThat(log).containsExactly("it cancelled");
  }

  @Test
  void aDeferredThatWasAwaitedBeforeIsNotTheCoroutine() {
    Promise<String> first = reactor.promise();
    Promise<String> second = logged("second");
    Deferred<String> coroutine =
        reactor.async(() -> first.deferred().await() + second.deferred().await());
    first.succeed("a");
    turns(1);
    first.deferred().cancel();
    assertThat(log).isEmpty();
    second.succeed("b");
    assertThat(outcome(coroutine)).isEqualTo(new Outcome.Success<>("ab"));
  }

  @Test
  void d8ATimeoutCancelsTheBody() {
    Promise<String> promise = logged("it");
    Deferred<String> bounded =
        reactor.async(() -> promise.deferred().await()).orTimeout(ofMillis(5), "the coroutine");
    assertThat(failureOf(bounded))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("the coroutine");
    assertThat(log).containsExactly("it cancelled");
  }

  @Test
  void d10TheLosersOfARaceAreCancelled() {
    Promise<String> slow = logged("slow");
    Deferred<String> winner =
        Deferred.race(
            java.util.List.of(
                reactor.async(() -> slow.deferred().await()),
                reactor.async(() -> {
                  rest().await();
                  return "fast";
                })));
    assertThat(outcome(winner)).isEqualTo(new Outcome.Success<>("fast"));
    assertThat(log).containsExactly("slow cancelled");
  }

  @Test
  void aCancellerThatThrowsIsSuppressedInWhatTheBodySees() {
    Promise<String> promise = reactor.promise();
    promise.onCancel(() -> {
      throw new IllegalStateException("canceller");
    });
    Deferred<String> coroutine = reactor.async(() -> promise.deferred().await());
    coroutine.cancel();
    Throwable failure = failureOf(coroutine);
    assertThat(failure).isInstanceOf(CancellationException.class);
    assertThat(failure.getSuppressed()).anyMatch(e -> "canceller".equals(e.getMessage()));
  }
}
