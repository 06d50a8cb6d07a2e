package io.tendril.core.endpoint;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Several listeners as one, whose address is that of the first. */
final class ListenersTogether implements Listener {
  private final List<Listener> listeners;

  private ListenersTogether(List<Listener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  /** Opens one after the other; if one fails, those before it are closed again. */
  static <T> Deferred<Listener> open(List<T> places, Function<T, Deferred<Listener>> open) {
    return places.size() == 1
        ? open.apply(places.getFirst())
        : next(places, open, new ArrayList<>());
  }

  private static <T> Deferred<Listener> next(
      List<T> places, Function<T, Deferred<Listener>> open, List<Listener> opened) {
    if (opened.size() == places.size()) {
      return Deferred.succeeded(new ListenersTogether(opened));
    }
    return open.apply(places.get(opened.size()))
        .exceptionallyCompose(failure ->
            new ListenersTogether(opened).close().thenCompose(_ -> Deferred.failed(failure)))
        .thenCompose(listener -> {
          opened.add(listener);
          return next(places, open, opened);
        });
  }

  @Override
  public SocketAddress address() {
    return listeners.getFirst().address();
  }

  @Override
  public void pauseAccepting() {
    listeners.forEach(Listener::pauseAccepting);
  }

  @Override
  public void resumeAccepting() {
    listeners.forEach(Listener::resumeAccepting);
  }

  @Override
  public Deferred<Void> close() {
    return Deferred.gather(listeners.stream().map(Listener::close).toList()).thenRun(() -> {});
  }
}
