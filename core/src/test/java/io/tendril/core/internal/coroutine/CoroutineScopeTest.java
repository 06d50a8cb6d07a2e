package io.tendril.core.internal.coroutine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Context;
import io.tendril.core.Promise;
import org.junit.jupiter.api.Test;

/**
 * What travels with a coroutine and what stays behind: contexts, scoped values, locks, interrupts.
 */
class CoroutineScopeTest extends CoroutineFixture {
  private static final Context.Key<String> WHO = Context.key("who", "nobody");
  private static final ScopedValue<String> SCOPED = ScopedValue.newInstance();

  private static String who() {
    return Context.current().value(WHO);
  }

  @Test
  void keepsTheContextThatItWasStartedIn() {
    Promise<Void> promise = reactor.promise();
    Context.current()
        .with(WHO, "ada")
        .run(() ->
            reactor.async(() -> {
              log.add(who());
              promise.deferred().await();
              return log.add(who());
            }));
    log.add(who());
    Context.current().with(WHO, "bob").run(promise::succeed);
    turns(1);
    log.add(who());
    assertThat(log).containsExactly("ada", "nobody", "ada", "nobody");
  }

  @Test
  void keepsAContextThatItEntersItselfAcrossAnAwait() {
    Promise<Void> promise = reactor.promise();
    var coroutine =
        reactor.async(() -> {
          Context.current()
              .with(WHO, "inner")
              .run(() -> {
                promise.deferred().await();
                log.add(who());
              });
          return log.add(who());
        });
    log.add(who());
    promise.succeed();
    outcome(coroutine);
    assertThat(log).containsExactly("nobody", "inner", "nobody");
  }

  @Test
  void twoContextsDoNotMeet() {
    for (String name : new String[] {"ada", "bob"}) {
      Context.current()
          .with(WHO, name)
          .run(() ->
              reactor.async(() -> {
                for (int i = 0; i < 3; i++) {
                  rest().await();
                  log.add(who());
                }
                return null;
              }));
    }
    turns(8);
    assertThat(log).containsExactly("ada", "bob", "ada", "bob", "ada", "bob");
  }

  @Test
  void scopedValuesLiveWithinTheBodyAndNowhereElse() {
    Promise<Void> promise = reactor.promise();
    var coroutine =
        reactor.async(() ->
            ScopedValue.where(SCOPED, "inside")
                .call(() -> {
                  log.add(SCOPED.orElse("none"));
                  promise.deferred().await();
                  log.add(SCOPED.orElse("none"));
                  return ScopedValue.where(SCOPED, "deeper")
                      .call(() -> {
                        rest().await();
                        return SCOPED.orElse("none");
                      });
                }));
    log.add(SCOPED.orElse("none"));
    reactor.execute(() -> log.add(SCOPED.orElse("none")));
    turns(1);
    ScopedValue.where(SCOPED, "the loop's").run(promise::succeed);
    ScopedValue.where(SCOPED, "the loop's")
        .run(() -> {
          turns(1);
          log.add(SCOPED.get());
        });
    outcome(coroutine.thenAccept(log::add));
    log.add(SCOPED.orElse("none"));
    assertThat(log)
        .containsExactly("inside", "none", "none", "inside", "the loop's", "deeper", "none");
  }

  @Test
  @SuppressWarnings("AwaitUnderLock") // on purpose
  void aMonitorHeldAcrossAnAwaitStaysHeld() throws Exception {
    Object lock = new Object();
    Promise<Void> promise = reactor.promise();
    var coroutine =
        reactor.async(() -> {
          synchronized (lock) {
            promise.deferred().await();
            log.add("held " + Thread.holdsLock(lock));
          }
          return null;
        });
    var other =
        new Thread(() -> {
          synchronized (lock) {
            log.add("free");
          }
        });
    other.start();
    while (other.getState() != Thread.State.BLOCKED) {
      Thread.onSpinWait();
    }
    promise.succeed();
    outcome(coroutine);
    other.join();
    assertThat(log).containsExactly("held true", "free");
  }

  @Test
  void anInterruptOfTheBodysThreadIsNotLostAndDoesNotSpin() {
    Promise<Void> promise = reactor.promise();
    var coroutine =
        reactor.async(() -> {
          Thread.currentThread().interrupt();
          promise.deferred().await();
          return Thread.interrupted();
        });
    Thread.interrupted(); // of this thread, which may be the body's
    promise.succeed();
    outcome(coroutine.thenAccept(log::add));
    assertThat(log).hasSize(1);
  }
}
