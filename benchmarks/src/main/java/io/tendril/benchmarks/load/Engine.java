package io.tendril.benchmarks.load;

import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.spi.EngineFactory;
import io.tendril.spi.Engines;
import java.util.List;

/** The engine of a server of ours. */
public enum Engine {
  NIO(Engines.nio()),
  LINUX(Engines.linux()),
  URING(Engines.uring());

  private static final String PROPERTY = "benchmark.engine";

  private final EngineFactory factory;

  Engine(EngineFactory factory) {
    this.factory = factory;
  }

  /** The options that have a {@link ServerProcess} use it. */
  public List<String> options() {
    return List.of("-Xms256m", "-Xmx256m", "-D" + PROPERTY + "=" + this);
  }

  /** A reactor on the engine that this process was told of, by default {@link #NIO}. */
  public static Reactor reactor() {
    return Reactor.create(reactorOptions());
  }

  /** What such a reactor is made with. */
  public static ReactorOptions reactorOptions() {
    Engine told = valueOf(System.getProperty(PROPERTY, NIO.name()));
    return ReactorOptions.defaults().withEngine(told.factory);
  }
}
