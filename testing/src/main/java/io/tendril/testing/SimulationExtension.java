package io.tendril.testing;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** Runs a {@link SimulationTest} for each of its seeds. Registered by that annotation. */
public final class SimulationExtension implements TestTemplateInvocationContextProvider {
  private static final String PROPERTY = "tendril.seed";

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
    LongStream seeds =
        context
            .getConfigurationParameter(PROPERTY)
            .map(SimulationExtension::parse)
            .orElseGet(() ->
                test.seed().length > 0
                    ? Arrays.stream(test.seed())
                    : LongStream.rangeClosed(1, test.seeds()));
    return seeds.mapToObj(Run::new);
  }

  private static LongStream parse(String property) {
    try {
      return LongStream.of(Long.parseLong(property.strip()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(PROPERTY + " is not a number: " + property, e);
    }
  }

  /** The test with one seed. */
  private record Run(long seed)
      implements TestTemplateInvocationContext, ParameterResolver, InvocationInterceptor {
    @Override
    public String getDisplayName(int index) {
      return "seed " + seed;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(this);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Simulation.class;
    }

    @Override
    public Simulation resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return simulation(context);
    }

    private Simulation simulation(ExtensionContext context) {
      return context
          .getStore(ExtensionContext.Namespace.create(SimulationExtension.class))
          .computeIfAbsent(Simulation.class, _ -> new Simulation(seed), Simulation.class);
    }

    @Override
    public void interceptTestTemplateMethod(
        Invocation<@Nullable Void> invocation,
        ReflectiveInvocationContext<Method> method,
        ExtensionContext context)
        throws Throwable {
      try {
        invocation.proceed();
        simulation(context).close();
      } catch (TestAbortedException e) {
        throw e;
      } catch (Exception | AssertionError e) {
        throw explain(e);
      }
    }

    private AssertionFailedError explain(Throwable failure) {
      String message =
          "with seed %d (replay: -D%s=%d, or @SimulationTest(seed = %dL)): %s"
              .formatted(seed, PROPERTY, seed, seed, failure);
      return failure instanceof AssertionFailedError known && known.isExpectedDefined()
          ? new AssertionFailedError(message, known.getExpected(), known.getActual(), failure)
          : new AssertionFailedError(message, failure);
    }
  }
}
