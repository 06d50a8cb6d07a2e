package io.tendril.core.doubles;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;

/** A subscriber that notes what it is told, and asks for what the test says. */
public final class Subscribed<T> implements Flow.Subscriber<T> {
  public final List<Object> signals = new ArrayList<>();
  public Flow.Subscription subscription;

  /** What to do inside of onSubscribe. */
  public Runnable whenSubscribed = () -> {};

  /** What to do inside of onNext. */
  public Runnable whenNext = () -> {};

  private boolean inside;

  private void enter() {
    if (inside) {
      signals.add("one signal inside of another");
    }
    inside = true;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    enter();
    signals.add("subscribed");
    subscription = given;
    whenSubscribed.run();
    inside = false;
  }

  @Override
  public void onNext(T item) {
    enter();
    try {
      signals.add(item);
      whenNext.run();
    } finally {
      inside = false;
    }
  }

  @Override
  public void onError(Throwable failure) {
    enter();
    signals.add(failure);
    inside = false;
  }

  @Override
  public void onComplete() {
    enter();
    signals.add("completed");
    inside = false;
  }
}
