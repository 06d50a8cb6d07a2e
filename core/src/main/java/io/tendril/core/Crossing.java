package io.tendril.core;

import io.tendril.core.internal.Home;
import org.jspecify.annotations.Nullable;

/** Moves a result from one reactor to another: the only bridge between two. */
final class Crossing {
  private Crossing() {}

  static <T> Deferred<T> to(Reactor other, Deferred<T> source) {
    Promise<T> landed = other.promise();
    Home here = source.claim();
    Deferred<?> last =
        source.handle(
            value -> {
              other.execute(() -> deliver(landed, value, null));
              return null;
            },
            failure -> {
              other.execute(() -> deliver(landed, null, failure));
              return null;
            });
    // Not through onCancel, which is for the other reactor's thread: nobody has seen it yet.
    ((Root<T>) landed).slot = (Reactor.Action) () -> here.post(last::cancel);
    return landed.deferred();
  }

  private static <T> void deliver(
      Promise<T> landed, @Nullable T value, @Nullable Throwable failure) {
    if (landed.isDone()) {
      return;
    }
    if (failure != null) {
      landed.fail(failure);
    } else {
      landed.succeed(value);
    }
  }
}
