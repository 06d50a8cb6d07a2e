package io.tendril.core.internal.group;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.internal.Home;
import io.tendril.core.internal.Waited;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call that one reactor makes in another, and the way of its answer back. Whoever asks hears in
 * any case: that the other one has stopped, too.
 */
final class Question<T> {
  private final Home asker;
  private final Shard asked;
  private final Callable<? extends Deferred<T>> call;
  private final Consumer<? super T> unwanted;
  private final Promise<T> answer;

  /** The two below are touched in the thread of the shard that is asked. */
  private @Nullable Deferred<?> running;

  private boolean givenUp;

  private Question(
      Shard asked, Callable<? extends Deferred<T>> call, Consumer<? super T> unwanted) {
    Reactor current = Reactor.current();
    this.asker = Home.of(current);
    this.asked = asked;
    this.call = call;
    this.unwanted = unwanted;
    this.answer = current.promise();
  }

  /** Calls a function in a shard. */
  static <T> Deferred<T> ask(Shard asked, Callable<? extends Deferred<T>> call) {
    return ask(asked, call, _ -> {});
  }

  /**
   * Calls a function in a shard.
   *
   * @param unwanted is given there what has come after whoever asked had given up
   */
  static <T> Deferred<T> ask(
      Shard asked, Callable<? extends Deferred<T>> call, Consumer<? super T> unwanted) {
    return Reactor.current() == asked.reactor()
        ? Deferred.of(call)
        : new Question<>(asked, call, unwanted).begin();
  }

  private Deferred<T> begin() {
    String what = "an answer of " + asked.name();
    answer.onCancel(Waited.as(what, () -> asked.home().post(this::giveUp)));
    asked.waits(this);
    try {
      asked.reactor().execute(this::start);
    } catch (RejectedExecutionException e) {
      lost();
    }
    return answer.deferred();
  }

  private void giveUp() {
    givenUp = true;
    if (running != null) {
      running.cancel();
    }
  }

  private void start() {
    if (givenUp) {
      asked.waitsNot(this);
      return;
    }
    running =
        Deferred.of(call)
            .handle(
                value -> {
                  land(value, null);
                  return null;
                },
                failure -> {
                  land(null, failure);
                  return null;
                });
  }

  private void land(@Nullable T value, @Nullable Throwable failure) {
    asked.waitsNot(this);
    if (givenUp && value != null) {
      unwanted.accept(value);
      return;
    }
    asker.post(() -> {
      if (!answer.isDone()) {
        fire(value, failure);
      } else if (value != null) {
        asked.home().post(() -> unwanted.accept(value));
      }
    });
  }

  private void fire(@Nullable T value, @Nullable Throwable failure) {
    if (failure != null) {
      answer.fail(failure);
    } else {
      answer.succeed(value);
    }
  }

  /** The shard has ended; from any thread. */
  void lost() {
    asked.waitsNot(this);
    asker.post(() -> {
      if (!answer.isDone()) {
        answer.fail(new RejectedExecutionException(asked.name() + " has stopped"));
      }
    });
  }
}
