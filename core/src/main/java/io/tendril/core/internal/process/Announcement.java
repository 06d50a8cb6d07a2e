package io.tendril.core.internal.process;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.internal.Waited;
import io.tendril.core.internal.loop.LoopReactor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Something that becomes known once, to any number of those who ask, before or after. */
final class Announcement<T> {
  private final LoopReactor reactor;
  private final String what;
  private final Set<Promise<T>> waiting = new LinkedHashSet<>();
  private @Nullable T value;

  Announcement(LoopReactor reactor, String what) {
    this.reactor = reactor;
    this.what = what;
  }

  Deferred<T> deferred() {
    T known = value;
    if (known != null) {
      return Deferred.succeeded(known);
    }
    Promise<T> promise = reactor.promise();
    waiting.add(promise);
    promise.onCancel(Waited.as(what, () -> waiting.remove(promise)));
    return promise.deferred();
  }

  void announce(T known) {
    value = known;
    List<Promise<T>> all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(each -> each.succeed(known));
  }
}
