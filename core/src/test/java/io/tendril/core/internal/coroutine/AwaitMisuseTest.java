package io.tendril.core.internal.coroutine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where await is refused, and what it says then. */
class AwaitMisuseTest extends CoroutineFixture {

  @Test
  void outsideOfACoroutine() {
    Promise<String> promise = reactor.promise();
    assertThatThrownBy(promise.deferred()::await)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("reactor.async")
        .hasMessageContaining("thenApply");
    assertThatThrownBy(Deferred.succeeded(1)::await).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void outsideOfAnyReactor() throws Exception {
    List<Throwable> thrown = new ArrayList<>();
    var other =
        new Thread(() -> {
          try {
            Deferred.succeeded(1).await();
          } catch (IllegalStateException e) {
            thrown.add(e);
          }
        });
    other.start();
    other.join();
    assertThat(thrown).hasSize(1);
  }

  @Test
  void insideOfAContinuationThatACoroutineFires() {
    Promise<Integer> never = reactor.promise();
    Throwable failure =
        failureOf(() -> {
          Promise<Integer> fired = Promise.create();
          Deferred<Integer> chain =
              fired.deferred().thenApply(value -> value + never.deferred().await());
          fired.succeed(1);
          return chain.await();
        });
    assertThat(failure)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("thenCompose");
    never.succeed(0);
  }

  @Test
  void aDeferredThatHasAContinuation() {
    Promise<Integer> promise = reactor.promise();
    Deferred<Integer> chained = promise.deferred().thenApply(value -> value + 1);
    assertThat(failureOf(() -> promise.deferred().await()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has a continuation already");
    promise.succeed(1);
    assertThat(this.<Integer>run(chained::await)).isEqualTo(2);
  }

  @Test
  void twice() {
    Throwable failure =
        failureOf(() -> {
          Deferred<Void> rest = rest();
          rest.await();
          return rest.await();
        });
    assertThat(failure).hasMessageContaining("has a continuation already");
  }

  @Test
  void byTwo() {
    Promise<Integer> promise = reactor.promise();
    Deferred<Integer> first = reactor.async(() -> promise.deferred().await());
    assertThat(failureOf(() -> promise.deferred().await()))
        .hasMessageContaining("has a continuation already");
    promise.succeed(7);
    assertThat(this.<Integer>run(first::await)).isEqualTo(7);
  }

  @Test
  void aDeferredOfAnotherReactor() throws Exception {
    var other = reactor(reactor.options()).start();
    Promise<Integer> foreign = other.promise();
    assertThat(failureOf(() -> foreign.deferred().await()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("on(reactor)");
    other.stop();
    other.awaitStopped(Duration.ofSeconds(30));
  }

  @Test
  void d6Itself() {
    List<Deferred<Object>> own = new ArrayList<>();
    Deferred<Object> self =
        reactor.async(() -> {
          rest().await();
          return own.getFirst().await();
        });
    own.add(self);
    turns(3);
    assertThat(failureOf(self))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("wait for itself");
  }

  @Test
  void d6EachOther() {
    List<Deferred<Object>> both = new ArrayList<>();
    both.add(
        reactor.async(() -> {
          rest().await();
          return both.get(1).await();
        }));
    Deferred<Object> second =
        reactor.async(() -> {
          rest().await();
          rest().await();
          return both.get(0).await();
        });
    both.add(second.thenApply(value -> value));
    turns(6);
    assertThat(failureOf(both.get(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("wait for itself");
  }

  @Test
  void afterARefusalTheBodyGoesOn() {
    String value =
        run(() -> {
          Promise<Integer> promise = Promise.create();
          Deferred<Integer> chained = promise.deferred().thenApply(i -> i);
          try {
            promise.deferred().await();
          } catch (IllegalStateException e) {
            log.add(e);
          }
          reactor.execute(() -> promise.succeed(1));
          return "got " + chained.await();
        });
    assertThat(value).isEqualTo("got 1");
    assertThat(log).hasSize(1);
  }
}
