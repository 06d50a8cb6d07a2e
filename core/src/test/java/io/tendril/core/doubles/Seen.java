package io.tendril.core.doubles;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;

/** What a Deferred ended with, as its last continuation saw it. */
public final class Seen<T> {
  private T value;
  private Throwable failure;
  private int times;

  private Seen() {}

  /** Attaches to the Deferred: failures count as handled. */
  public static <T> Seen<T> of(Deferred<T> deferred) {
    var seen = new Seen<T>();
    deferred
        .handle((value, failure) -> {
          seen.value = value;
          seen.failure = failure;
          seen.times++;
          return null;
        })
        .isDone();
    return seen;
  }

  /** The value; fails the test if there is none. */
  public T value() {
    assertThat(failure).isNull();
    assertThat(times).as("results seen").isOne();
    return value;
  }

  /** The failure; fails the test if there is none of this type. */
  public <X extends Throwable> X failure(Class<X> type) {
    assertThat(times).as("results seen").isOne();
    assertThat(failure).isInstanceOf(type);
    return type.cast(failure);
  }

  /** Whether there is no result so far. */
  public boolean nothing() {
    return times == 0;
  }

  /** How many results have been seen. */
  public int times() {
    return times;
  }
}
