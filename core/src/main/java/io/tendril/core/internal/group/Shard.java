package io.tendril.core.internal.group;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorGroup.Connections;
import io.tendril.core.Service;
import io.tendril.core.ServiceGroup;
import io.tendril.core.internal.Home;
import io.tendril.core.internal.loop.LoopReactor;
import io.tendril.core.internal.net.Counts;
import io.tendril.core.internal.net.SocketNetwork;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** One reactor of a group, as the group knows it. */
final class Shard {
  private final LoopReactor reactor;
  private final Set<Question<?>> questions = ConcurrentHashMap.newKeySet();

  /** Used in its own thread. */
  private final ServiceGroup services = new ServiceGroup("the services of the shard");

  private volatile boolean leaving;
  private volatile boolean ended;

  Shard(Reactor made) {
    if (!(made instanceof LoopReactor loop)) {
      throw new IllegalStateException(made + " is none of Tendril's own reactors");
    }
    reactor = loop;
  }

  /**
   * Becomes a part of its group, before it has a turn.
   *
   * @param stopping called in its thread when it begins to stop, and awaited
   * @param retiring called in its thread when another process takes over
   * @param end called when it has ended, in whichever thread that is
   */
  void join(Callable<Deferred<Void>> stopping, Consumer<Duration> retiring, Runnable end) {
    reactor.whenEnded(() -> {
      ended = true;
      List.copyOf(questions).forEach(Question::lost);
      end.run();
    });
    Runnable heed =
        () -> {
          reactor.beforeStop("the other reactors of the group", stopping);
          network().retiresWith(retiring);
        };
    if (reactor.isCurrent()) {
      heed.run();
    } else {
      reactor.execute(heed);
    }
    reactor.execute(() -> {
      var _ = services.runIn(reactor);
    });
  }

  LoopReactor reactor() {
    return reactor;
  }

  Home home() {
    return reactor;
  }

  SocketNetwork network() {
    return reactor.sockets();
  }

  String name() {
    return reactor.name();
  }

  /** In its thread. */
  Deferred<Void> start(Service service) {
    return services.add(service);
  }

  /** Takes a service back that may not have started; in its thread. */
  Deferred<Void> remove(Service service) {
    return services.services().contains(service) ? services.remove(service) : Deferred.done();
  }

  Connections connections() {
    Counts counts = network().counts();
    return new Connections(counts.open(), counts.accepted(), counts.refused(), counts.closed());
  }

  /** Connections that are open and were accepted. */
  int served() {
    return network().counts().served();
  }

  // ---- Life -----------------------------------------------------------------------------------

  /** It is to go, and the others stay. */
  void leave() {
    leaving = true;
    reactor.stop();
  }

  boolean isLeaving() {
    return leaving;
  }

  boolean hasEnded() {
    return ended;
  }

  void waits(Question<?> question) {
    questions.add(question);
    if (ended) {
      question.lost();
    }
  }

  void waitsNot(Question<?> question) {
    questions.remove(question);
  }
}
