package io.tendril.core.internal.group;

import io.tendril.core.Deferred;
import io.tendril.core.DeferredLock;
import io.tendril.core.Listener;
import io.tendril.core.Promise;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorGroup;
import io.tendril.core.ReactorObserver;
import io.tendril.core.ReactorOptions;
import io.tendril.core.Service;
import io.tendril.core.ServiceGroup;
import io.tendril.core.endpoint.ServerEndpoint;
import io.tendril.core.internal.Home;
import io.tendril.core.internal.SystemTime;
import io.tendril.core.internal.loop.LoopReactor;
import io.tendril.core.internal.loop.Programs;
import io.tendril.core.internal.loop.Reactors;
import io.tendril.core.systemd.Notifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A group of reactors. What changes it, happens in the thread of its first shard, one thing at a
 * time; that one is the last to stop.
 */
public final class Shards implements ReactorGroup {
  /** How often to look whether all that retire are done. */
  private static final Duration LOOK = Duration.ofMillis(50);

  private final ReactorGroup.Options options;
  private final ShardMaker maker;
  private final Shard first;

  /** Those that serve, in order; changed in the first one's thread. */
  private final List<Shard> serving = new CopyOnWriteArrayList<>();

  /** Those that are on their way in or out. */
  private final List<Shard> passing = new CopyOnWriteArrayList<>();

  private final List<ReactorObserver> observers = new CopyOnWriteArrayList<>();
  private final Object counting = new Object();
  private Connections gone = Connections.NONE;
  private volatile Consumer<Throwable> whenLost = _ -> {};

  // In the first one's thread:
  private final DeferredLock changes = new DeferredLock();
  private final ServiceGroup services = new ServiceGroup("the services of the group");
  private final List<PerShard<? extends Service>> servicesInEach = new ArrayList<>();
  private final List<GroupListening> listenings = new ArrayList<>();
  private final List<Ending> endings = new ArrayList<>();
  private boolean retiring;

  /** Somebody waits for the end of a shard. */
  private record Ending(Shard shard, Promise<Void> promise) {}

  private Shards(
      ReactorGroup.Options options,
      Function<ReactorOptions, Reactor> firstMaker,
      Function<ReactorOptions, Reactor> maker,
      Consumer<LoopReactor> givenUp) {
    this.options = options;
    this.maker = new ShardMaker(options, maker);
    this.first = this.maker.make(firstMaker);
    enter(first, this::stopOthers);
    serving.add(first);
    try {
      for (int i = 1; i < this.maker.count(); i++) {
        serving.add(make());
      }
    } catch (RuntimeException | Error e) {
      others().forEach(shard -> shard.reactor().stop());
      givenUp.accept(first.reactor());
      throw e;
    }
    first
        .reactor()
        .execute(() -> {
          var _ = services.start(first.reactor());
        });
  }

  private static Reactor started(ReactorOptions options) {
    return Reactor.create(options).start();
  }

  /** A group whose reactors run. */
  public static Shards start(ReactorGroup.Options options) {
    return new Shards(options, Shards::started, Shards::started, LoopReactor::stop);
  }

  /** A group whose reactors are driven by somebody else. */
  public static Shards driven(
      ReactorGroup.Options options, Function<ReactorOptions, Reactor> maker) {
    return new Shards(options, maker, maker, LoopReactor::stop);
  }

  // ---- Programs -------------------------------------------------------------------------------

  /**
   * A group whose first reactor is for the calling thread to run. Where another one cannot be made,
   * it is run until it has stopped, so that its engine is closed.
   */
  private static Shards toRun(ReactorGroup.Options options) {
    return new Shards(options, Reactors::create, Shards::started, Shards::runToItsEnd);
  }

  private static void runToItsEnd(LoopReactor reactor) {
    reactor.execute(reactor::stop);
    reactor.run();
  }

  public static void run(
      ReactorGroup.Options options, ReactorGroup.Setup<? extends Deferred<?>> setup) {
    Shards group = toRun(options);
    Programs.run(
        group.first.reactor(), Notifier.of(group), _ -> setup.start(group), group::whenLost);
  }

  public static <T> T runUntil(ReactorGroup.Options options, ReactorGroup.Setup<Deferred<T>> body)
      throws Exception {
    Shards group = toRun(options);
    return Programs.runUntil(group.first.reactor(), _ -> body.start(group));
  }

  /** Says who is told, in the first one's thread, that an error has ended a shard. */
  private void whenLost(Consumer<Throwable> told) {
    whenLost = told;
  }

  // ---- Its shards -----------------------------------------------------------------------------

  private Shard make() {
    Shard shard = maker.make();
    enter(
        shard,
        () -> {
          if (!shard.isLeaving()) {
            first.reactor().stop();
          }
          return Deferred.done();
        });
    return shard;
  }

  private void enter(Shard shard, Callable<Deferred<Void>> stopping) {
    shard.join(stopping, longest -> first.home().post(() -> retire(longest)), () -> ended(shard));
    observers.forEach(observer -> observe(shard, observer));
  }

  @Override
  public List<Reactor> shards() {
    return serving.stream().<Reactor>map(Shard::reactor).toList();
  }

  @Override
  public Reactor first() {
    return first.reactor();
  }

  @Override
  public Deferred<Void> resize(int reactors) {
    if (reactors < 1) {
      throw new IllegalArgumentException("a group of " + reactors + " reactors");
    }
    return inFirst(() -> changes.with(() -> changeTo(reactors)).thenCompose(this::whenEnded));
  }

  /** Results in those that leave, and have still to drain. */
  private Deferred<List<Shard>> changeTo(int reactors) {
    List<Shard> leaving = new ArrayList<>();
    Deferred<Void> change = Deferred.done();
    for (int i = serving.size(); i < reactors; i++) {
      change = change.thenCompose(_ -> grow());
    }
    for (int i = serving.size(); i > reactors; i--) {
      Shard last = serving.get(i - 1);
      leaving.add(last);
      change = change.thenCompose(_ -> shrink(last));
    }
    return change.thenApply(_ -> leaving);
  }

  private Deferred<Void> grow() {
    if (first.reactor().stopping() || retiring) {
      throw new RejectedExecutionException("the group stops");
    }
    Shard shard = make();
    passing.add(shard);
    Deferred<Void> growing = Deferred.done();
    for (PerShard<? extends Service> each : servicesInEach) {
      growing =
          growing.thenCompose(
              _ -> Question.ask(shard, () -> shard.start(each.of(shard.reactor()))));
    }
    for (GroupListening listening : listenings) {
      growing = growing.thenCompose(_ -> listening.join(shard));
    }
    return growing.handleCompose(
        _ -> {
          serving.add(shard);
          passing.remove(shard);
          return Deferred.done();
        },
        failure ->
            leave(shard)
                .thenCompose(_ -> whenEnded(shard))
                .thenCompose(_ -> Deferred.failed(failure)));
  }

  private Deferred<Void> shrink(Shard shard) {
    passing.add(shard);
    serving.remove(shard);
    return leave(shard);
  }

  /** A shard leaves what is listened at, and begins to stop. */
  private Deferred<Void> leave(Shard shard) {
    Deferred<Void> leaving = Deferred.done();
    for (GroupListening listening : listenings) {
      leaving = leaving.thenCompose(_ -> listening.leave(shard).exceptionally(failure -> null));
    }
    return leaving.thenRun(shard::leave);
  }

  private Deferred<Void> whenEnded(List<Shard> shards) {
    return Deferred.gather(shards.stream().map(this::whenEnded).toList()).thenRun(() -> {});
  }

  private Deferred<Void> whenEnded(Shard shard) {
    if (shard.hasEnded()) {
      return Deferred.done();
    }
    Promise<Void> promise = Promise.create();
    endings.add(new Ending(shard, promise));
    return promise.deferred();
  }

  /** A shard has ended; in whichever thread that is. */
  private void ended(Shard shard) {
    if (shard == first) {
      others().forEach(other -> other.reactor().stop()); // they have, unless an error has ended it
    } else {
      first.home().post(() -> forget(shard));
    }
  }

  private void forget(Shard shard) {
    synchronized (counting) {
      serving.remove(shard);
      passing.remove(shard);
      gone = gone.plus(shard.connections());
    }
    VirtualMachineError failure = shard.reactor().fatalError();
    if (failure != null) {
      LoopReactor reactor = first.reactor();
      reactor.report(new ReactorGroup.ShardLost(shard.name(), failure));
      whenLost.accept(
          new IllegalStateException("the reactor " + shard.name() + " is lost: " + failure));
      reactor.stop();
    }
    for (Ending ending : List.copyOf(endings)) {
      if (ending.shard() == shard) {
        endings.remove(ending);
        if (!ending.promise().isDone()) {
          ending.promise().succeed();
        }
      }
    }
  }

  private List<Shard> others() {
    List<Shard> others = new ArrayList<>(serving);
    others.addAll(passing);
    others.remove(first);
    return others;
  }

  // ---- What is asked --------------------------------------------------------------------------

  <T> Deferred<T> inFirst(Callable<Deferred<T>> call) {
    return Question.ask(first, call);
  }

  @Override
  public <T> Deferred<List<T>> inEach(PerShard<Deferred<T>> function) {
    List<Deferred<T>> asked = new ArrayList<>();
    for (Shard shard : serving) {
      asked.add(Question.ask(shard, () -> function.of(shard.reactor())));
    }
    return Deferred.gather(asked)
        .exceptionallyCompose(
            Deferred.GatherFailed.class,
            failure -> Deferred.failed(Objects.requireNonNull(failure.getCause())));
  }

  @Override
  public Deferred<Listener> listen(
      ServerEndpoint endpoint, PerShard<? extends ProtocolFactory<?>> factory) {
    Home asker = Home.of(Reactor.current());
    var listening = new GroupListening(first, endpoint, factory, options.spreading());
    return Question.ask(
            first,
            () -> changes.with(() -> listening.open(serving).thenApply(this::added)),
            opened -> {
              var _ = close(opened);
            })
        .thenApply(opened -> new GroupListener(asker, this, opened));
  }

  private GroupListening added(GroupListening listening) {
    listenings.add(listening);
    return listening;
  }

  Deferred<Void> close(GroupListening listening) {
    return inFirst(() ->
        changes.with(() -> {
          listenings.remove(listening);
          return listening.close();
        }));
  }

  @Override
  public Deferred<Void> start(Service service) {
    return inFirst(() -> services.add(service));
  }

  @Override
  public Deferred<Void> startInEach(PerShard<? extends Service> service) {
    return inFirst(() ->
        changes.with(() ->
            new ServicesInEach(service).start(serving).thenRun(() -> servicesInEach.add(service))));
  }

  // ---- Life and observation -------------------------------------------------------------------

  @Override
  public List<Connections> connections() {
    return serving.stream().map(Shard::connections).toList();
  }

  @Override
  public Connections allConnections() {
    synchronized (counting) {
      Connections sum = gone.plus(first.connections());
      for (Shard shard : others()) {
        sum = sum.plus(shard.connections());
      }
      return sum;
    }
  }

  @Override
  public void observe(ReactorObserver observer) {
    observers.add(observer);
    serving.forEach(shard -> observe(shard, observer));
    passing.forEach(shard -> observe(shard, observer));
  }

  private static void observe(Shard shard, ReactorObserver observer) {
    LoopReactor reactor = shard.reactor();
    reactor.post(() -> {
      reactor.unobserve(observer); // it may have come by two ways
      reactor.observe(observer);
    });
  }

  @Override
  public void stop() {
    first.reactor().stop();
    if (first.hasEnded()) {
      others().forEach(shard -> shard.reactor().stop());
    }
  }

  /**
   * Another process serves the same places: what listens is closed, first in those that only get
   * what others accept, which pass on what waits for them; then all finish, and all stop when no
   * connection that was accepted is left in any, or the time is over.
   */
  private void retire(Duration longest) {
    retiring = true;
    long deadline = first.reactor().clock().nanoTime() + longest.toNanos();
    var _ =
        changes
            .with(() -> {
              Deferred<Void> closing = Deferred.done();
              for (Shard shard : List.copyOf(serving).reversed()) {
                for (GroupListening listening : listenings) {
                  closing =
                      closing.thenCompose(_ -> listening.closeIn(shard).exceptionally(_ -> null));
                }
              }
              return closing;
            })
            .thenCompose(_ -> Deferred.settle(serving.stream().map(Shards::finish).toList()))
            .thenRun(() -> stopWhenIdle(deadline));
  }

  private static Deferred<Void> finish(Shard shard) {
    return Question.ask(
        shard,
        () -> {
          shard.network().retireConnections();
          return Deferred.done();
        });
  }

  private void stopWhenIdle(long deadline) {
    LoopReactor reactor = first.reactor();
    if (served() == 0 || reactor.clock().nanoTime() - deadline >= 0) {
      stop();
    } else {
      var _ = reactor.callLater(LOOK, () -> stopWhenIdle(deadline));
    }
  }

  /** How many connections that were accepted are still open. */
  private int served() {
    int served = first.served();
    for (Shard shard : others()) {
      served += shard.served();
    }
    return served;
  }

  /** The first one begins to stop: so do the others, and the services of all stop after them. */
  private Deferred<Void> stopOthers() {
    List<Shard> others = others();
    others.forEach(shard -> shard.reactor().stop());
    return whenEnded(others).thenCompose(_ -> services.stop());
  }

  @Override
  public void awaitStopped(Duration longest) throws InterruptedException, TimeoutException {
    long end = SystemTime.CLOCK.nanoTime() + longest.toNanos();
    first.reactor().awaitStopped(longest);
    for (Shard shard : others()) {
      shard
          .reactor()
          .awaitStopped(Duration.ofNanos(Math.max(0, end - SystemTime.CLOCK.nanoTime())));
    }
  }

  @Override
  public String toString() {
    return "group of " + shards();
  }
}
