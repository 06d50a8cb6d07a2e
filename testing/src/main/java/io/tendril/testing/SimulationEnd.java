package io.tendril.testing;

import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;

/** After the last run of a {@link SimulationTest}: says which faults there were. */
record SimulationEnd(Coverage coverage, List<Fault> expected)
    implements TestTemplateInvocationContext, ParameterResolver, InvocationInterceptor {
  @Override
  public String getDisplayName(int index) {
    return coverage.toString();
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
    return new Simulation(0); // nobody uses it
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context) {
    invocation.skip();
    context.publishReportEntry("faults", coverage.toString());
    coverage.check(expected);
  }
}
