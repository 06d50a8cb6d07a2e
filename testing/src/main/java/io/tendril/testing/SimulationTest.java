package io.tendril.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs once for each of a number of seeds, with a {@link Simulation} as its parameter.
 * When it fails, the message says the seed, and how to run that one again: with {@code
 * -Dtendril.seed=17}, or {@code @SimulationTest(seed = 17)}.
 *
 * <p>The property is JUnit's configuration parameter {@code tendril.seed}; as those may, it can
 * also be given to the launcher.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(SimulationExtension.class)
public @interface SimulationTest {
  /** How many seeds: from 1 to this. */
  int seeds() default 100;

  /** The seeds to run in place of those, for looking into a failure. */
  long[] seed() default {};
}
