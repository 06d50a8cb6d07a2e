package io.tendril.core;

import io.tendril.spi.EngineFactory;
import io.tendril.spi.Resolver;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How to make a reactor. Immutable; each {@code with} method returns a copy that differs in one
 * thing.
 *
 * @param name for thread names and messages; "reactor-1" and so on by default
 * @param engine what it waits with; null for the best one here: {@link
 *     io.tendril.spi.Engines#linux} where the process may call the C library, and {@link
 *     io.tendril.spi.Engines#nio} elsewhere
 * @param resolver what turns names into addresses; null for the system's, on the blocking pool
 * @param random the source of randomness; null for a secure seed
 * @param blockingThreads the most threads of the blocking pool, 64 by default
 * @param blockingQueue how many blocking calls may wait, 1024 by default; more fail at once
 * @param shutdownDeadline over all phases of the shutdown, 30 s by default
 * @param slowCall how long one call may hold the loop before the watchdog names it, 1 s by default;
 *     zero for no watchdog
 * @param outboundBudget how many bytes may wait to be sent over all connections, a quarter of the
 *     heap by default
 * @param debug whether Promises remember where they were made and fired
 */
public record ReactorOptions(
    String name,
    @Nullable EngineFactory engine,
    @Nullable Resolver resolver,
    @Nullable RandomGenerator random,
    int blockingThreads,
    int blockingQueue,
    Duration shutdownDeadline,
    Duration slowCall,
    long outboundBudget,
    boolean debug) {

  private static final ReactorOptions DEFAULTS =
      new ReactorOptions(
          "",
          null,
          null,
          null,
          64,
          1024,
          Duration.ofSeconds(30),
          Duration.ofSeconds(1),
          Runtime.getRuntime().maxMemory() / 4,
          false);

  /** The defaults. */
  public static ReactorOptions defaults() {
    return DEFAULTS;
  }

  public ReactorOptions withName(String newName) {
    return new ReactorOptions(
        newName,
        engine,
        resolver,
        random,
        blockingThreads,
        blockingQueue,
        shutdownDeadline,
        slowCall,
        outboundBudget,
        debug);
  }

  public ReactorOptions withEngine(EngineFactory newEngine) {
    return new ReactorOptions(
        name,
        newEngine,
        resolver,
        random,
        blockingThreads,
        blockingQueue,
        shutdownDeadline,
        slowCall,
        outboundBudget,
        debug);
  }

  public ReactorOptions withResolver(Resolver newResolver) {
    return new ReactorOptions(
        name,
        engine,
        newResolver,
        random,
        blockingThreads,
        blockingQueue,
        shutdownDeadline,
        slowCall,
        outboundBudget,
        debug);
  }

  public ReactorOptions withRandom(RandomGenerator newRandom) {
    return new ReactorOptions(
        name,
        engine,
        resolver,
        newRandom,
        blockingThreads,
        blockingQueue,
        shutdownDeadline,
        slowCall,
        outboundBudget,
        debug);
  }

  /** Bounds the blocking pool. */
  public ReactorOptions withBlocking(int threads, int queue) {
    return new ReactorOptions(
        name,
        engine,
        resolver,
        random,
        threads,
        queue,
        shutdownDeadline,
        slowCall,
        outboundBudget,
        debug);
  }

  public ReactorOptions withShutdownDeadline(Duration newDeadline) {
    return new ReactorOptions(
        name,
        engine,
        resolver,
        random,
        blockingThreads,
        blockingQueue,
        newDeadline,
        slowCall,
        outboundBudget,
        debug);
  }

  public ReactorOptions withSlowCall(Duration newLimit) {
    return new ReactorOptions(
        name,
        engine,
        resolver,
        random,
        blockingThreads,
        blockingQueue,
        shutdownDeadline,
        newLimit,
        outboundBudget,
        debug);
  }

  public ReactorOptions withOutboundBudget(long bytes) {
    return new ReactorOptions(
        name,
        engine,
        resolver,
        random,
        blockingThreads,
        blockingQueue,
        shutdownDeadline,
        slowCall,
        bytes,
        debug);
  }

  public ReactorOptions withDebug(boolean newDebug) {
    return new ReactorOptions(
        name,
        engine,
        resolver,
        random,
        blockingThreads,
        blockingQueue,
        shutdownDeadline,
        slowCall,
        outboundBudget,
        newDebug);
  }
}
