package io.tendril.core;

import io.tendril.core.internal.Home;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A Deferred as a publisher of at most one item, for one subscriber, in the Deferred's thread. */
final class OnePublisher<T> implements Flow.Publisher<T> {
  private final Deferred<T> deferred;
  private final Home home;
  private final AtomicBoolean taken = new AtomicBoolean();

  OnePublisher(Deferred<T> deferred) {
    this.deferred = deferred;
    this.home = deferred.owner();
  }

  @Override
  public void subscribe(Flow.Subscriber<? super T> subscriber) {
    Objects.requireNonNull(subscriber);
    if (taken.getAndSet(true)) {
      Refused.refuse(subscriber, "a Deferred's publisher takes one subscriber");
    } else {
      var one = new One<>(deferred, subscriber, new Mailbox(home));
      one.mailbox.put(one::begin);
    }
  }

  /** A subscription without anything to come. */
  record Refused() implements Flow.Subscription {
    static void refuse(Flow.Subscriber<?> subscriber, String why) {
      subscriber.onSubscribe(new Refused());
      subscriber.onError(new IllegalStateException(why));
    }

    @Override
    public void request(long n) {}

    @Override
    public void cancel() {}
  }

  /** The subscription: one item, when it is there and has been asked for. */
  private static final class One<T> implements Flow.Subscription {
    private final Deferred<T> deferred;
    private final Mailbox mailbox;
    private volatile boolean ended;

    /** Null once the last has been said: nothing here holds it any more (§3.13). */
    private Flow.@Nullable Subscriber<? super T> subscriber;

    private boolean requested;
    private @Nullable T item;
    private @Nullable Deferred<?> last;

    One(Deferred<T> deferred, Flow.Subscriber<? super T> subscriber, Mailbox mailbox) {
      this.deferred = deferred;
      this.subscriber = subscriber;
      this.mailbox = mailbox;
    }

    void begin() {
      try {
        signal(to -> to.onSubscribe(this));
      } catch (Throwable e) { // §2.13: as if it had cancelled
        ended = true;
        subscriber = null;
        throw e;
      } finally {
        attach();
      }
    }

    private void attach() {
      try {
        last = deferred.handle(this::arrived, this::failed);
      } catch (IllegalStateException e) { // somebody else has attached since toPublisher
        failed(e);
        return;
      }
      if (ended) {
        last.cancel();
      }
    }

    @SuppressWarnings("NullAway") // what a Deferred<Void> maps to
    private Void arrived(T value) {
      item = value;
      if (value == null) {
        end(Flow.Subscriber::onComplete);
      } else {
        emit(value);
      }
      return null;
    }

    @SuppressWarnings("NullAway")
    private Void failed(Throwable failure) {
      end(to -> to.onError(failure));
      return null;
    }

    private void emit(T value) {
      if (requested && !ended) {
        signal(to -> to.onNext(value));
        end(Flow.Subscriber::onComplete);
      }
    }

    private void signal(Consumer<Flow.Subscriber<? super T>> signal) {
      var to = subscriber;
      if (to != null) {
        signal.accept(to);
      }
    }

    private void end(Consumer<Flow.Subscriber<? super T>> signal) {
      if (!ended) {
        ended = true;
        try {
          signal(signal);
        } finally {
          subscriber = null;
        }
      }
    }

    @Override
    public void request(long n) {
      mailbox.put(() -> requested(n));
    }

    private void requested(long n) {
      if (n <= 0) { // §3.9
        end(to -> to.onError(new IllegalArgumentException("a request for " + n)));
        cancelSource();
        return;
      }
      requested = true;
      if (item != null) {
        emit(item);
      }
    }

    @Override
    public void cancel() {
      ended = true;
      mailbox.put(this::cancelSource);
    }

    private void cancelSource() {
      subscriber = null;
      if (last != null) {
        last.cancel();
      }
    }
  }
}
