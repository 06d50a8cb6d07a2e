package io.tendril.testing;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.MethodOrdererContext;

/**
 * Runs test classes, and the tests in them, in another order each time, so that none comes to rely
 * on what another has left. The seed is logged once, and {@code -Dtendril.order=4711} runs them in
 * that order again. Switched on by {@code junit-platform.properties}:
 *
 * <pre>
 * junit.jupiter.testclass.order.default = io.tendril.testing.RandomOrder
 * junit.jupiter.testmethod.order.default = io.tendril.testing.RandomOrder
 * </pre>
 *
 * <p>JUnit runs the methods of a class that has an orderer in parallel only if the class says so:
 * {@code @Execution(CONCURRENT)}.
 */
public final class RandomOrder implements ClassOrderer, MethodOrderer {
  private static final String PROPERTY = "tendril.order";

  /** The seed of this process. */
  private static final class Chance {
    static final long SEED = System.nanoTime() % 1_000_000;

    static {
      System.getLogger("io.tendril.testing")
          .log(
              System.Logger.Level.INFO,
              "tests run in random order; -D" + PROPERTY + "=" + SEED + " is this one again");
    }
  }

  /** For JUnit. */
  public RandomOrder() {}

  @Override
  public void orderClasses(ClassOrdererContext context) {
    shuffle(
        context.getClassDescriptors(),
        each -> each.getTestClass().getName(),
        seed(context.getConfigurationParameter(PROPERTY)));
  }

  @Override
  public void orderMethods(MethodOrdererContext context) {
    shuffle(
        context.getMethodDescriptors(),
        each -> each.getMethod().toGenericString(),
        seed(context.getConfigurationParameter(PROPERTY))
            ^ context.getTestClass().getName().hashCode());
  }

  private static long seed(Optional<String> property) {
    try {
      return property.map(text -> Long.parseLong(text.strip())).orElseGet(() -> Chance.SEED);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(PROPERTY + " is not a number: " + property.get(), e);
    }
  }

  /** From the order of their names, since that in which they were found differs by machine. */
  private static <T> void shuffle(List<T> tests, Function<? super T, String> name, long seed) {
    tests.sort(Comparator.comparing(name));
    Collections.shuffle(tests, new java.util.Random(seed));
  }
}
