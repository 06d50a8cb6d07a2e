package io.tendril.core.internal.group;

import io.tendril.core.Reactor;
import io.tendril.core.ReactorGroup;
import io.tendril.core.ReactorOptions;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes the reactors of a group, each with options of its own. Used in one thread at a time. */
final class ShardMaker {
  private static final String USUAL_NAME = "shard";

  private final ReactorOptions options;
  private final Function<ReactorOptions, Reactor> maker;
  private final int count;
  private final String name;
  private final RandomGenerator.@Nullable SplittableGenerator random;
  private int made;

  ShardMaker(ReactorGroup.Options group, Function<ReactorOptions, Reactor> maker) {
    this.options = group.each();
    this.maker = maker;
    this.count =
        group.reactors() == 0 ? Runtime.getRuntime().availableProcessors() : group.reactors();
    this.name = options.name().isEmpty() ? USUAL_NAME : options.name();
    this.random = splittable(options.random());
  }

  private static RandomGenerator.@Nullable SplittableGenerator splittable(
      @Nullable RandomGenerator random) {
    if (random == null || random instanceof RandomGenerator.SplittableGenerator) {
      return (RandomGenerator.SplittableGenerator) random;
    }
    throw new IllegalArgumentException(
        "a source of randomness that cannot be split, and several reactors: " + random);
  }

  /** How many there are to be at first. */
  int count() {
    return count;
  }

  /** One more, which gets its turns already. */
  Shard make() {
    return make(maker);
  }

  /** One more, made in another way. */
  Shard make(Function<ReactorOptions, Reactor> otherwise) {
    ReactorOptions own =
        options.withName(name + "-" + made++).withOutboundBudget(options.outboundBudget() / count);
    return new Shard(otherwise.apply(random == null ? own : own.withRandom(random.split())));
  }
}
