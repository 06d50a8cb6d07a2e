package io.tendril.core;

import io.tendril.core.internal.Home;
import org.jspecify.annotations.Nullable;

/**
 * Moves a result from one reactor to another: the only bridge between two. The source and what
 * hangs on it stay in the first one's thread, the promise in the other's.
 */
final class Crossing<T> {
  private final Home here;
  private final Reactor other;
  private final Promise<T> landed;
  private @Nullable Deferred<?> last;

  private Crossing(Home here, Reactor other) {
    this.here = here;
    this.other = other;
    this.landed = other.promise();
  }

  static <T> Deferred<T> to(Reactor other, Deferred<T> source) {
    return new Crossing<T>(source.owner(), other).start(source);
  }

  private Deferred<T> start(Deferred<T> source) {
    if (source.pending()) {
      // Not through onCancel, which is for the other reactor's thread: nobody has seen it yet.
      ((Root<T>) landed).slot = (Reactor.Action) () -> here.post(this::cancel);
    }
    last =
        source.handle(
            value -> {
              other.execute(() -> Bridges.fire(landed, value, null));
              return null;
            },
            failure -> {
              other.execute(() -> Bridges.fire(landed, null, failure));
              return null;
            });
    return landed.deferred();
  }

  private void cancel() {
    if (last != null) {
      last.cancel();
    }
  }
}
