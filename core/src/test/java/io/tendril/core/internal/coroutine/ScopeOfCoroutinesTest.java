package io.tendril.core.internal.coroutine;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.CoroutineScope;
import io.tendril.core.Deadline;
import io.tendril.core.Deferred;
import io.tendril.core.Outcome;
import io.tendril.core.Promise;
import io.tendril.core.ReactorEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** {@link CoroutineScope}: no coroutine outlives its block. */
class ScopeOfCoroutinesTest extends CoroutineFixture {

  /** Waits for ever, and says what it meets. */
  private Void forEver(String name) {
    try {
      return reactor.<Void>promise().deferred().await();
    } catch (CancellationException e) {
      log.add(name + " cancelled");
      throw e;
    } finally {
      rest().await();
      log.add(name + " ended");
    }
  }

  private Object failsSoon(Exception failure) throws Exception {
    rest().await();
    throw failure;
  }

  // ---- Leaving --------------------------------------------------------------------------------

  @Test
  void returnsWhatItsBodyReturnsWhenAllHaveEnded() {
    int sum =
        run(() ->
            CoroutineScope.<Integer>run(scope -> {
              var one = scope.async(() -> rest().thenApply(_ -> 1).await());
              var two = scope.async(() -> rest().thenApply(_ -> 2).await());
              int first = one.await();
              return first + two.await();
            }));
    assertThat(sum).isEqualTo(3);
  }

  @Test
  void whatIsLeftWhenTheBodyReturnsIsCancelledAndAwaited() {
    String value =
        run(() -> {
          String inner =
              CoroutineScope.run(scope -> {
                scope.async(() -> forEver("one"));
                scope.async(() -> forEver("two"));
                return "returned";
              });
          log.add("left");
          return inner;
        });
    assertThat(value).isEqualTo("returned");
    assertThat(log)
        .containsExactly("one cancelled", "two cancelled", "one ended", "two ended", "left");
  }

  @Test
  void whatTheBodyThrowsIsThrownWhenAllHaveEnded() {
    var failure = new IOException("the body's");
    assertThat(
            failureOf(() ->
                CoroutineScope.run(scope -> {
                  scope.async(() -> forEver("it"));
                  throw failure;
                })))
        .isSameAs(failure);
    assertThat(log).containsExactly("it cancelled", "it ended");
  }

  @Test
  void joinWaitsForAllWithoutCancelling() {
    run(() ->
        CoroutineScope.run(scope -> {
          for (int i = 0; i < 3; i++) {
            int number = i;
            scope.async(() -> {
              for (int k = number; k < 3; k++) {
                rest().await();
              }
              return log.add(number);
            });
          }
          scope.join();
          return log.add("joined");
        }));
    assertThat(log).containsExactly(2, 1, 0, "joined");
  }

  @Test
  void nothingStartsInAScopeThatWasLeft() {
    List<CoroutineScope> left = new ArrayList<>();
    run(() -> CoroutineScope.run(left::add));
    assertThat(failureOf(() -> left.getFirst().async(() -> 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has been left");
  }

  @Test
  void onlyInsideOfACoroutine() {
    List<Throwable> thrown = new ArrayList<>();
    reactor.execute(() -> {
      try {
        CoroutineScope.run(scope -> 1);
      } catch (IllegalStateException e) {
        thrown.add(e);
      }
    });
    turns(1);
    assertThat(thrown)
        .singleElement()
        .asString()
        .contains("a CoroutineScope outside of a coroutine")
        .contains("reactor.async");
  }

  @Test
  void joinIsForTheBody() {
    assertThat(
            failureOf(() ->
                CoroutineScope.run(scope ->
                    scope
                        .async(() -> {
                          scope.join();
                          return 1;
                        })
                        .await())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("for the body");
  }

  // ---- Failing --------------------------------------------------------------------------------

  @Test
  void theFirstFailureCancelsTheOthersAndTheBodysAwait() {
    var failure = new IOException("first");
    Throwable thrown =
        failureOf(() ->
            CoroutineScope.run(scope -> {
              scope.async(() -> forEver("sibling"));
              scope.async(() -> failsSoon(failure));
              return forEver("body");
            }));
    assertThat(thrown).isSameAs(failure);
    assertThat(log)
        .containsExactlyInAnyOrder(
            "sibling cancelled", "body cancelled", "sibling ended", "body ended");
  }

  @Test
  void theFailureShowsWhereTheScopeIs() {
    Throwable thrown =
        failureOf(() -> {
          return inAScope();
        });
    assertThat(thrown.getSuppressed())
        .anySatisfy(place ->
            assertThat(place.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("inAScope")));
  }

  private Object inAScope() {
    return CoroutineScope.run(scope -> {
      scope.async(() -> failsSoon(new IOException("first")));
      scope.join();
      return null;
    });
  }

  @Test
  void theFailuresOfTheOthersAreSuppressedInTheFirst() {
    var first = new IOException("first");
    var second = new IOException("in cleaning up");
    Throwable thrown =
        failureOf(() ->
            CoroutineScope.run(scope -> {
              scope.async(() -> {
                try {
                  return forEver("sibling");
                } finally {
                  failsSoon(second);
                }
              });
              scope.async(() -> failsSoon(first));
              scope.join();
              return null;
            }));
    assertThat(thrown).isSameAs(first);
    assertThat(thrown.getSuppressed()).contains(second);
  }

  @Test
  void theBodyMayPutAFailureInOtherWords() {
    var first = new IOException("first");
    Throwable thrown =
        failureOf(() ->
            CoroutineScope.run(scope -> {
              try {
                return scope.async(() -> failsSoon(first)).await(IOException.class);
              } catch (IOException e) {
                throw new IllegalArgumentException("in other words", e);
              }
            }));
    assertThat(thrown).hasMessage("in other words").hasCause(first);
  }

  @Test
  void aFailureThatIsCaughtInItsCoroutineIsNone() {
    String value =
        run(() ->
            CoroutineScope.run(scope ->
                scope
                    .async(() -> {
                      try {
                        failsSoon(new IOException("no matter"));
                        return "never";
                      } catch (IOException e) {
                        return "instead";
                      }
                    })
                    .await()));
    assertThat(value).isEqualTo("instead");
  }

  @Test
  void aFailureBeforeTheBodySuspendsLeavesNoCancellationBehind() {
    var failure = new IOException("at once");
    String value =
        run(() -> {
          try {
            CoroutineScope.run(scope -> {
              scope.async(() -> {
                throw failure;
              });
              return "returned all the same";
            });
          } catch (Exception e) {
            log.add(e);
          }
          rest().await();
          return "goes on";
        });
    assertThat(value).isEqualTo("goes on");
    assertThat(log).containsExactly(failure);
  }

  @Test
  void afterAFailureNothingMoreBegins() {
    failureOf(() ->
        CoroutineScope.run(scope -> {
          scope.async(() -> {
            throw new IOException("at once");
          });
          scope.async(() -> log.add("begun"));
          return null;
        }));
    assertThat(log).isEmpty();
  }

  @Test
  void d9NoFailureOfAScopeIsReportedBesides() {
    failureOf(() ->
        CoroutineScope.run(scope -> {
          for (int i = 0; i < 30; i++) {
            scope.async(() -> failsSoon(new IOException("one of many")));
          }
          scope.join();
          return null;
        }));
    assertThat(failuresUntilTheEnd()).isEmpty();
  }

  @Test
  void oneThatIsMerelyCancelledIsNoFailure() {
    String value =
        run(() ->
            CoroutineScope.run(scope -> {
              Deferred<Void> one = scope.async(() -> forEver("one"));
              one.cancel();
              scope.join();
              return "joined";
            }));
    assertThat(value).isEqualTo("joined");
  }

  // ---- Being cancelled ------------------------------------------------------------------------

  @Test
  void d7CancellingTheOwnerCancelsAllAndWaitsForThem() {
    Deferred<Object> owner =
        reactor.async(() ->
            CoroutineScope.run(scope -> {
              scope.async(() -> forEver("one"));
              return forEver("body");
            }));
    owner.cancel();
    assertThat(failureOf(owner)).isInstanceOf(CancellationException.class);
    assertThat(log)
        .containsExactlyInAnyOrder("body cancelled", "body ended", "one cancelled", "one ended");
  }

  @Test
  void d7CancellingTheOwnerInJoinCancelsAllAndThrowsThere() {
    Deferred<Object> owner =
        reactor.async(() ->
            CoroutineScope.run(scope -> {
              scope.async(() -> forEver("one"));
              scope.async(() -> forEver("two"));
              scope.join();
              return log.add("never");
            }));
    turns(2);
    owner.cancel();
    assertThat(failureOf(owner)).isInstanceOf(CancellationException.class);
    assertThat(log)
        .containsExactlyInAnyOrder("one cancelled", "two cancelled", "one ended", "two ended");
  }

  @Test
  void d7CancellingAgainCancelsWhatTheCleaningUpAwaits() {
    Promise<Void> stuck = reactor.promise();
    Deferred<Object> owner =
        reactor.async(() ->
            CoroutineScope.run(scope -> {
              scope.async(() -> {
                try {
                  return forEver("one");
                } finally {
                  stuck.deferred().await();
                }
              });
              return forEver("body");
            }));
    owner.cancel();
    turns(5);
    assertThat(owner.isDone()).isFalse();
    owner.cancel();
    assertThat(failureOf(owner)).isInstanceOf(CancellationException.class);
  }

  @Test
  void aScopeInAScopeEndsWithTheOuterOne() {
    var failure = new IOException("outer");
    Throwable thrown =
        failureOf(() ->
            CoroutineScope.run(outer -> {
              outer.async(() -> failsSoon(failure));
              return CoroutineScope.run(inner -> {
                inner.async(() -> forEver("inner"));
                inner.join();
                return log.add("never");
              });
            }));
    assertThat(thrown).isSameAs(failure);
    assertThat(log).containsExactly("inner cancelled", "inner ended");
  }

  @Test
  void aDeadlineThatPassesInJoinIsATimeout() {
    Throwable thrown =
        failureOf(() -> {
          List<Object> value = new ArrayList<>();
          Deadline.within(ofMillis(5))
              .run(() ->
                  value.add(
                      CoroutineScope.run(scope -> {
                        Deadline.NONE.run(() -> scope.async(() -> forEver("one")));
                        scope.join();
                        return log.add("never");
                      })));
          return value;
        });
    assertThat(thrown)
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("the coroutines of its scope");
    assertThat(log).containsExactly("one cancelled", "one ended");
  }

  @Test
  void d6OneThatWaitsForTheOwnerIsFound() {
    List<Deferred<Object>> owner = new ArrayList<>();
    owner.add(
        reactor.async(() -> {
          rest().await();
          return CoroutineScope.run(scope -> {
            scope.async(() -> owner.getFirst().await());
            return null;
          });
        }));
    turns(3);
    assertThat(owner.getFirst().isDone()).isTrue();
    List<ReactorEvent> failures = failuresUntilTheEnd();
    assertThat(failures).asString().contains("wait for itself");
  }

  // ---- gather and race ------------------------------------------------------------------------

  private <T> Callable<T> after(int turns, T value) {
    return () -> {
      for (int i = 0; i < turns; i++) {
        rest().await();
      }
      return value;
    };
  }

  @Test
  void gatherKeepsTheOrder() {
    List<String> values =
        run(() -> CoroutineScope.gather(List.of(after(3, "a"), after(1, "b"), () -> "c")));
    assertThat(values).containsExactly("a", "b", "c");
    assertThat(this.<List<String>>run(() -> CoroutineScope.gather(List.of()))).isEmpty();
  }

  @Test
  void gatherCancelsTheRestAtTheFirstFailure() {
    var failure = new IOException("no");
    assertThat(
            failureOf(() ->
                CoroutineScope.gather(
                    List.of(
                        () -> forEver("slow"), () -> failsSoon(failure), () -> forEver("too")))))
        .isSameAs(failure);
    assertThat(log)
        .containsExactlyInAnyOrder("slow cancelled", "too cancelled", "slow ended", "too ended");
  }

  @Test
  void raceReturnsTheFirstSuccessAndEndsTheRest() {
    Object value =
        run(() ->
            CoroutineScope.<Object>race(
                List.of(
                    () -> forEver("slow"),
                    () -> failsSoon(new IOException("loses")),
                    this.<Object>after(3, "won"))));
    assertThat(value).isEqualTo("won");
    assertThat(log).containsExactly("slow cancelled", "slow ended");
  }

  @Test
  void raceThatIsWonAtOnceBeginsNoMore() {
    Object value =
        run(() -> CoroutineScope.<Object>race(List.of(() -> "at once", () -> log.add("begun"))));
    assertThat(value).isEqualTo("at once");
    assertThat(log).isEmpty();
  }

  @Test
  void raceThatAllLoseHasAllFailuresInOrder() {
    var one = new IOException("one");
    var two = new IOException("two");
    Throwable thrown =
        failureOf(() ->
            CoroutineScope.race(
                List.of(
                    () -> {
                      rest().await();
                      return failsSoon(one);
                    },
                    () -> failsSoon(two))));
    assertThat(thrown).isInstanceOf(Deferred.RaceFailed.class);
    assertThat(((Deferred.RaceFailed) thrown).failures()).containsExactly(one, two);
    assertThat(failureOf(() -> CoroutineScope.race(List.of())))
        .isInstanceOf(Deferred.RaceFailed.class);
  }

  @Test
  void anErrorEndsARace() {
    Throwable thrown =
        failureOf(() ->
            CoroutineScope.race(
                List.of(
                    () -> forEver("slow"),
                    () -> {
                      throw new AssertionError("wrong");
                    })));
    assertThat(thrown).isInstanceOf(AssertionError.class);
    assertThat(log).containsExactly("slow cancelled", "slow ended");
  }

  @Test
  void tenThousandInOne() {
    int sum =
        run(() ->
            CoroutineScope.<Integer>run(scope -> {
              int[] count = {0};
              for (int i = 0; i < 10_000; i++) {
                scope.async(() -> {
                  rest().await();
                  return count[0]++;
                });
              }
              scope.join();
              return count[0];
            }));
    assertThat(sum).isEqualTo(10_000);
  }

  @Test
  void sleepingIsTheReactorsClock() {
    assertThat(
            this.<Object>run(() ->
                CoroutineScope.<Object>race(
                    List.of(
                        () -> {
                          reactor.after(Duration.ofDays(1)).await();
                          return "late";
                        },
                        () -> {
                          reactor.after(ofMillis(1)).await();
                          return "soon";
                        }))))
        .isEqualTo("soon");
    assertThat(outcome(reactor.async(() -> reactor.after(ofMillis(1)).await())))
        .isEqualTo(new Outcome.Success<Void>(null));
  }
}
