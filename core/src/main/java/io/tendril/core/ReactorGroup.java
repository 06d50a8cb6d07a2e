package io.tendril.core;

import com.google.errorprone.annotations.CheckReturnValue;
import io.tendril.core.endpoint.Endpoints;
import io.tendril.core.endpoint.ServerEndpoint;
import io.tendril.core.internal.group.Shards;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Several reactors of one process, each with a thread of its own, that serve the same ports: one
 * for each core.
 *
 * <pre>{@code
 * ReactorGroup.run(group -> group.listen("tcp:8007", shard -> Echo::new));
 * }</pre>
 *
 * <p>A connection lives in one reactor, its shard, for all its life. Each shard gets a factory of
 * its own, made in its thread; so nothing is shared between shards unless you share it. The one
 * bridge between them is {@link Deferred#on}.
 *
 * <p>The first shard is there as long as the group: set-ups and {@link #start(Service)} run there,
 * and signals are for it to hear. The others may come and go: {@link #resize}.
 *
 * <p>What returns a Deferred is asked in the thread of a reactor, of this group or not, and that is
 * whose the Deferred is. In any other thread it throws {@link IllegalStateException}. The rest may
 * be asked in any thread.
 *
 * <p>When a shard stops, all do. If an error of the virtual machine has ended it, that is reported
 * as a {@link ShardLost}.
 */
public interface ReactorGroup {

  /** What a program does first, once the first reactor of its group runs, and in its thread. */
  @FunctionalInterface
  interface Setup<R extends Deferred<?>> {
    /** Starts the program; the Deferred returned says when it is up, and whether it failed. */
    R start(ReactorGroup group) throws Exception;
  }

  /** Makes something for one shard, in its thread. */
  @FunctionalInterface
  interface PerShard<T> {
    /** Makes it. */
    T of(Reactor shard) throws Exception;
  }

  /** How the connections to a port are spread over the shards. */
  enum Spreading {
    /**
     * One shard accepts, and hands each connection to the shard that has the fewest open; of equals
     * each in turn. The default: it is even whoever connects, spares a shard that does not get on,
     * and works for every kind of endpoint; two servers at one port are still a failure.
     */
    FEWEST,

    /** One shard accepts, and hands the connections to all in turn. */
    IN_TURN,

    /**
     * Each shard has a socket of its own at the port ({@code SO_REUSEPORT}), and the kernel chooses
     * by a hash of the addresses. For many short connections: accepting them is then no one shard's
     * work. It is even on the average only, and gives connections to a shard that stands still. Any
     * program of the same user may listen there, too, by mistake or not. Only Linux spreads so.
     * Places other than of TCP are served as {@link #FEWEST} has it.
     *
     * <p>An endpoint that says so by itself ({@code tcp:8080:reuse-port=yes}) is always served so.
     */
    BY_KERNEL
  }

  /**
   * How to make a group. Immutable; each {@code with} method returns a copy that differs in one
   * thing.
   *
   * @param reactors how many; 0, the default, for one per processor
   * @param spreading how connections are spread; {@link Spreading#FEWEST} by default
   * @param each how to make each reactor. Its name gets a number for each; its source of
   *     randomness, if one is given, is split; its resolver, if one is given, is used by all; its
   *     outbound budget is that of all together, in equal parts
   */
  record Options(int reactors, Spreading spreading, ReactorOptions each) {
    private static final Options DEFAULTS =
        new Options(0, Spreading.FEWEST, ReactorOptions.defaults());

    /** Checks the number. */
    public Options {
      if (reactors < 0) {
        throw new IllegalArgumentException("a group of " + reactors + " reactors");
      }
    }

    /** The defaults. */
    public static Options defaults() {
      return DEFAULTS;
    }

    /** With so many reactors; 0 for one per processor. */
    public Options withReactors(int count) {
      return new Options(count, spreading, each);
    }

    /** With another way to spread connections. */
    public Options withSpreading(Spreading way) {
      return new Options(reactors, way, each);
    }

    /** With other options of each reactor. */
    public Options withEach(ReactorOptions options) {
      return new Options(reactors, spreading, options);
    }
  }

  /**
   * What has become of connections.
   *
   * @param open open now, those made as a client among them
   * @param accepted accepted
   * @param refused refused by a factory or a policy
   * @param closed gone, refused ones and those made as a client among them
   */
  record Connections(int open, long accepted, long refused, long closed) {
    /** None. */
    public static final Connections NONE = new Connections(0, 0, 0, 0);

    /** These and others. */
    public Connections plus(Connections other) {
      return new Connections(
          open + other.open,
          accepted + other.accepted,
          refused + other.refused,
          closed + other.closed);
    }
  }

  /** An error of the virtual machine has ended a shard, with all its connections; all will stop. */
  record ShardLost(String shard, VirtualMachineError failure) implements ReactorEvent {
    @Override
    public boolean isFailure() {
      return true;
    }
  }

  // ---- Programs -------------------------------------------------------------------------------

  /**
   * Runs a program on one reactor per processor, as {@link Reactor#run(Reactor.Setup)} does on one:
   * until a signal or {@link #stop()}; then all drain within one deadline. The first reactor runs
   * in the calling thread. The loss of a shard is a failure: one line, and status 1.
   */
  static void run(Setup<? extends Deferred<?>> setup) {
    run(Options.defaults(), setup);
  }

  /** As {@link #run(Setup)}, with a group as options say. */
  static void run(Options options, Setup<? extends Deferred<?>> setup) {
    Shards.run(options, setup);
  }

  /**
   * Runs a program on one reactor per processor until the Deferred that it returns has a result,
   * shuts the group down, and returns the value or throws the failure.
   */
  static <T> T runUntil(Setup<Deferred<T>> body) throws Exception {
    return runUntil(Options.defaults(), body);
  }

  /** As {@link #runUntil(Setup)}, with a group as options say. */
  static <T> T runUntil(Options options, Setup<Deferred<T>> body) throws Exception {
    return Shards.runUntil(options, body);
  }

  // ---- Making one -----------------------------------------------------------------------------

  /** Makes reactors as options say, and starts each in a thread of its own. */
  static ReactorGroup start(Options options) {
    return Shards.start(options);
  }

  /**
   * Makes a group of reactors that somebody else drives: a test, in one thread and in virtual time.
   *
   * <pre>{@code
   * ReactorGroup.driven(options, host::newReactor);
   * }</pre>
   *
   * @param maker makes a reactor, now or when the group grows, and sees to it that it gets its
   *     turns
   */
  static ReactorGroup driven(Options options, Function<ReactorOptions, Reactor> maker) {
    return Shards.driven(options, maker);
  }

  // ---- Its shards -----------------------------------------------------------------------------

  /** The reactors, in order. */
  List<Reactor> shards();

  /** The reactor that is there as long as the group. */
  default Reactor first() {
    return shards().getFirst();
  }

  /**
   * Lets it grow or shrink. New shards get their services, and then their share of each port. Those
   * that leave are the last ones. They get no connection any more; their sockets, and the
   * connections in their queues, go to those that stay. Then they drain, as in a shutdown and
   * within its deadline, and stop.
   *
   * @return when it is of that size, and those that leave have stopped; fails if a new shard cannot
   *     be made, or cannot listen or serve as the others do: then it is gone again
   * @throws IllegalArgumentException if there is to be none
   */
  @CheckReturnValue
  Deferred<Void> resize(int reactors);

  /**
   * Calls a function in each shard now.
   *
   * @return the results, in order; fails with the first failure
   */
  @CheckReturnValue
  <T> Deferred<List<T>> inEach(PerShard<Deferred<T>> function);

  // ---- Listening ------------------------------------------------------------------------------

  /**
   * Listens in all shards: those of now, and those that will come. Accepting begins when all do; if
   * one cannot, the others are closed again.
   *
   * @param factory gives each shard the factory that builds a protocol per connection there
   * @return the listener, which is the asking reactor's; fails with {@link ListenFailed}, or with
   *     what {@code factory} has thrown
   */
  @CheckReturnValue
  Deferred<Listener> listen(
      ServerEndpoint endpoint, PerShard<? extends ProtocolFactory<?>> factory);

  /** Listens at an endpoint given as a string: {@code tcp:8080:interface=127.0.0.1}. */
  @CheckReturnValue
  default Deferred<Listener> listen(
      String endpoint, PerShard<? extends ProtocolFactory<?>> factory) {
    var _ = Reactor.current(); // throws in other threads
    return Deferred.of(() -> listen(Endpoints.server(endpoint), factory));
  }

  // ---- Services -------------------------------------------------------------------------------

  /**
   * Starts a service of the whole group, in the first shard. It stops when the other shards have
   * stopped.
   */
  @CheckReturnValue
  Deferred<Void> start(Service service);

  /**
   * Starts a service in each shard: in those of now, and in those that will come, before they
   * listen. It stops when its shard does. If it cannot start in one, it is stopped in all.
   */
  @CheckReturnValue
  Deferred<Void> startInEach(PerShard<? extends Service> service);

  // ---- Life and observation -------------------------------------------------------------------

  /** What has become of the connections of each shard. */
  List<Connections> connections();

  /** The sum, with the connections of shards that have left. */
  Connections allConnections();

  /** Adds an observer of all shards, which is called in the thread of each. */
  void observe(ReactorObserver observer);

  /**
   * Shuts all shards down at once, within one deadline, {@link ReactorOptions#shutdownDeadline()}.
   * What fails in one does not keep the others from it. May be called again.
   */
  void stop();

  /** Waits in another thread until all have stopped. */
  void awaitStopped(Duration longest) throws InterruptedException, TimeoutException;
}
