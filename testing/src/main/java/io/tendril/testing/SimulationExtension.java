package io.tendril.testing;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Runs a {@link SimulationTest} for each of its seeds. Registered by that annotation. */
public final class SimulationExtension implements TestTemplateInvocationContextProvider {
  static final String SEED = "tendril.seed";
  static final String SEEDS = "tendril.seeds";

  /** For JUnit. */
  public SimulationExtension() {}

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return AnnotationSupport.isAnnotated(context.getTestMethod(), SimulationTest.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    SimulationTest test =
        AnnotationSupport.findAnnotation(context.getTestMethod(), SimulationTest.class)
            .orElseThrow();
    var coverage = new Coverage();
    Stream<TestTemplateInvocationContext> runs =
        replays(context, test).map(replay -> new SimulationRun(replay, coverage));
    boolean whole = context.getConfigurationParameter(SEED).isEmpty();
    return whole
        ? Stream.concat(runs, Stream.of(new SimulationEnd(coverage, List.of(test.expect()))))
        : runs;
  }

  private static Stream<Replay> replays(ExtensionContext context, SimulationTest test) {
    var one = context.getConfigurationParameter(SEED);
    if (one.isPresent()) {
      return Stream.of(Replay.parse(one.get()));
    }
    if (test.replay().length > 0) {
      return Arrays.stream(test.replay()).map(Replay::parse);
    }
    LongStream seeds =
        test.seed().length > 0
            ? Arrays.stream(test.seed())
            : LongStream.rangeClosed(
                1,
                context
                    .getConfigurationParameter(SEEDS)
                    .map(SimulationExtension::number)
                    .orElse((long) test.seeds()));
    return seeds.mapToObj(Replay::of);
  }

  private static long number(String property) {
    try {
      return Long.parseLong(property.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(SEEDS + " is not a number: " + property, e);
    }
  }
}
