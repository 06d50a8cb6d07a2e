package io.tendril.core.internal.loop;

import io.tendril.core.ReactorOptions;
import io.tendril.spi.EngineFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** Makes reactors. */
public final class Reactors {
  private static final AtomicInteger MADE = new AtomicInteger();

  private Reactors() {}

  public static LoopReactor create(ReactorOptions options) {
    EngineFactory factory = options.engine();
    String name = options.name().isEmpty() ? "reactor-" + MADE.incrementAndGet() : options.name();
    try {
      EngineChoice choice =
          factory == null ? EngineChoice.open() : new EngineChoice(factory.open(), "");
      RandomGenerator given = options.random();
      RandomGenerator random =
          given != null ? given : new SplittableRandom(new SecureRandom().nextLong());
      var reactor = new LoopReactor(options, name, choice.engine(), random);
      if (factory == null) {
        reactor.chose(choice);
      }
      reactor.adopt();
      return reactor;
    } catch (IOException e) {
      throw new UncheckedIOException("no engine for " + name, e);
    }
  }
}
