package io.tendril.core;

import io.tendril.core.internal.Home;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The subscriber that makes a Deferred of a publisher's first item. */
final class FirstItem<T> implements Flow.Subscriber<T> {
  private final Promise<T> promise = Promise.create();
  private final Mailbox mailbox = new Mailbox(Home.current());
  private Flow.@Nullable Subscription subscription;

  private FirstItem() {}

  static <T> Deferred<T> of(Flow.Publisher<T> publisher) {
    var first = new FirstItem<T>();
    first.promise.onCancel(first::unsubscribe);
    publisher.subscribe(first);
    return first.promise.deferred();
  }

  @Override
  public void onSubscribe(Flow.Subscription offered) {
    Objects.requireNonNull(offered);
    mailbox.put(() -> {
      if (subscription != null || promise.isDone()) {
        offered.cancel(); // §2.5, or given up before
      } else {
        subscription = offered;
        offered.request(1);
      }
    });
  }

  @Override
  public void onNext(T item) {
    Objects.requireNonNull(item);
    mailbox.put(() -> {
      unsubscribe();
      Bridges.fire(promise, item, null);
    });
  }

  @Override
  public void onError(Throwable failure) {
    Objects.requireNonNull(failure);
    mailbox.put(() -> Bridges.fire(promise, null, failure));
  }

  @Override
  public void onComplete() {
    mailbox.put(
        () -> Bridges.fire(promise, null, new NoSuchElementException("the publisher ended empty")));
  }

  private void unsubscribe() {
    if (subscription != null) {
      subscription.cancel();
    }
  }
}
