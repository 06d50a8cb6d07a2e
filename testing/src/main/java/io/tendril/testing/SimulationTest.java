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
 *
 * <p>When a run fails it is repeated, with fewer and fewer of its faults, as long as it fails in
 * the same way. The message then says what is left: the faults, the timeline, and how to run just
 * that again: with {@code -Dtendril.seed=17:3,40}, or {@code @SimulationTest(replay = "17:3,40")}.
 * For this the test must make all that it needs in the method, its set-up methods or the fields of
 * a class that it makes anew; a test whose runs are not alike is reported as such, and not shrunk.
 *
 * <p>After the last seed, how often each kind of {@link Fault} has happened is published as a
 * report entry of JUnit.
 *
 * <p>The properties are JUnit's configuration parameters {@code tendril.seed}, one run, and {@code
 * tendril.seeds}, a number of seeds in place of {@link #seeds}; as those may, they can also be
 * given to the launcher.
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

  /** The runs to repeat in place of those, as failures name them. */
  String[] replay() default {};

  /** The faults that must have happened in some run; if one has not, the test fails at its end. */
  Fault[] expect() default {};
}
