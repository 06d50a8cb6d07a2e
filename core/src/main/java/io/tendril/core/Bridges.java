package io.tendril.core;

import io.tendril.core.internal.Home;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Results to and from the JDK's own types. Cancelling either side cancels the other. */
@SuppressWarnings("NullAway") // the JDK's completions pass a value or a failure, the other null
final class Bridges {
  private Bridges() {}

  static <T> CompletionStage<T> toStage(Deferred<T> deferred) {
    Home home = deferred.claim();
    var future =
        new CompletableFuture<T>() {
          private @Nullable Deferred<?> source;

          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            Deferred<?> last = source;
            if (cancelled && last != null) {
              if (home.isCurrent()) {
                last.cancel();
              } else {
                home.post(last::cancel);
              }
            }
            return cancelled;
          }
        };
    future.source =
        deferred.handle(
            value -> {
              future.complete(value);
              return null;
            },
            failure -> {
              future.completeExceptionally(failure);
              return null;
            });
    return future;
  }

  static <T> Deferred<T> fromStage(CompletionStage<T> stage) {
    Home home = Home.current();
    Promise<T> promise = Promise.create();
    promise.onCancel(() -> stage.toCompletableFuture().cancel(true));
    stage.whenComplete(
        (value, failure) -> {
          if (home.isCurrent()) {
            deliver(promise, value, failure);
          } else {
            home.post(() -> deliver(promise, value, failure));
          }
        });
    return promise.deferred();
  }

  private static <T> void deliver(Promise<T> promise, T value, @Nullable Throwable failure) {
    if (promise.isDone()) {
      return;
    }
    if (failure == null) {
      promise.succeed(value);
    } else {
      promise.fail(unwrapped(failure));
    }
  }

  private static Throwable unwrapped(Throwable failure) {
    boolean wrapper = failure instanceof CompletionException || failure instanceof ExecutionException;
    return wrapper && failure.getCause() != null ? unwrapped(failure.getCause()) : failure;
  }

  static <T> Flow.Publisher<T> toPublisher(Deferred<T> deferred) {
    Home home = deferred.claim();
    var taken = new AtomicBoolean();
    return subscriber -> {
      if (taken.getAndSet(true)) {
        subscriber.onSubscribe(new Idle());
        subscriber.onError(new IllegalStateException("a Deferred's publisher takes one subscriber"));
      } else {
        new OneItem<>(home, deferred, subscriber).start();
      }
    };
  }

  private record Idle() implements Flow.Subscription {
    @Override
    public void request(long n) {}

    @Override
    public void cancel() {}
  }

  /** The subscription to a Deferred: one item, when it is there and has been asked for. */
  private static final class OneItem<T> implements Flow.Subscription {
    private final Home home;
    private final Deferred<T> deferred;
    private final Flow.Subscriber<? super T> subscriber;
    private @Nullable Deferred<?> last;
    private boolean requested;
    private boolean ended;
    private @Nullable T item;

    OneItem(Home home, Deferred<T> deferred, Flow.Subscriber<? super T> subscriber) {
      this.home = home;
      this.deferred = deferred;
      this.subscriber = subscriber;
    }

    void start() {
      inHome(
          () -> {
            subscriber.onSubscribe(this);
            last =
                deferred.handle(
                    value -> {
                      item = value;
                      emit();
                      return null;
                    },
                    failure -> {
                      end(() -> subscriber.onError(failure));
                      return null;
                    });
            if (ended) {
              last.cancel();
            }
          });
    }

    private void emit() {
      T value = item;
      if (requested && value != null) {
        end(
            () -> {
              subscriber.onNext(value);
              subscriber.onComplete();
            });
      } else if (value == null && deferred.isDone()) {
        end(subscriber::onComplete);
      }
    }

    private void end(Runnable signal) {
      if (!ended) {
        ended = true;
        signal.run();
      }
    }

    @Override
    public void request(long n) {
      inHome(
          () -> {
            if (n <= 0) {
              end(() -> subscriber.onError(new IllegalArgumentException("a request for " + n)));
              return;
            }
            requested = true;
            if (item != null) {
              emit();
            }
          });
    }

    @Override
    public void cancel() {
      inHome(
          () -> {
            ended = true;
            if (last != null) {
              last.cancel();
            }
          });
    }

    private void inHome(Runnable action) {
      if (home.isCurrent()) {
        action.run();
      } else {
        home.post(action);
      }
    }
  }

  static <T> Deferred<T> fromPublisher(Flow.Publisher<T> publisher) {
    Promise<T> promise = Promise.create();
    Home home = Home.current();
    var subscriber =
        new Flow.Subscriber<T>() {
          private volatile Flow.@Nullable Subscription subscription;

          @Override
          public void onSubscribe(Flow.Subscription offered) {
            if (subscription != null) {
              offered.cancel();
              return;
            }
            subscription = offered;
            offered.request(1);
          }

          @Override
          public void onNext(T value) {
            cancel();
            deliverIn(home, promise, value, null);
          }

          @Override
          public void onError(Throwable failure) {
            deliverIn(home, promise, null, failure);
          }

          @Override
          public void onComplete() {
            deliverIn(home, promise, null, new NoSuchElementException("the publisher ended empty"));
          }

          void cancel() {
            Flow.Subscription held = subscription;
            if (held != null) {
              held.cancel();
            }
          }
        };
    promise.onCancel(subscriber::cancel);
    publisher.subscribe(subscriber);
    return promise.deferred();
  }

  private static <T> void deliverIn(
      Home home, Promise<T> promise, @Nullable T value, @Nullable Throwable failure) {
    if (home.isCurrent()) {
      deliver(promise, value, failure);
    } else {
      home.post(() -> deliver(promise, value, failure));
    }
  }
}
