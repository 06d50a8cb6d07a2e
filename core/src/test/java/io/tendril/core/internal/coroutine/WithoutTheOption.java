package io.tendril.core.internal.coroutine;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A program that is started without the option for continuations, by the test of the same name. */
final class WithoutTheOption {
  private WithoutTheOption() {}

  static void main(String[] arguments) throws Exception {
    Thread main = Thread.currentThread();
    Set<String> carriers = ConcurrentHashMap.newKeySet();
    Integer sum =
        Reactor.runUntil(reactor -> {
          reactor.observe(event -> {
            if (event instanceof ReactorEvent.Chosen chosen) {
              carriers.add(chosen.choice() + ", " + chosen.why());
            }
          });
          say("set-up in main", Thread.currentThread() == main);
          return reactor.async(() -> {
            int total = 0;
            for (int i = 0; i < 1_000; i++) {
              int one = one(reactor).await();
              total += one;
            }
            Promise<Boolean> virtual = Promise.create();
            reactor.callLater(
                Duration.ZERO, () -> virtual.succeed(Thread.currentThread().isVirtual()));
            say("loop moved", virtual.deferred().await());
            return total;
          });
        });
    say("sum", sum);
    say("carriers", carriers);
    Reactor second = Reactor.create();
    second.observe(event -> {
      if (event instanceof ReactorEvent.Chosen(var what, var choice, var why)
          && what.equals("engine")) {
        say(what, choice + ", " + why);
      }
    });
    second.start();
    say(
        "second",
        second.blockingCall(() -> second.async(() -> one(second).await()), Duration.ofSeconds(30)));
    second.stop();
    second.awaitStopped(Duration.ofSeconds(30));
  }

  private static Deferred<Integer> one(Reactor reactor) {
    Promise<Integer> promise = Promise.create();
    reactor.execute(() -> promise.succeed(1));
    return promise.deferred();
  }

  private static void say(String what, Object is) {
    System.out.println(what + ": " + is);
  }
}
