package io.tendril.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** A {@link SimulationTest} with one seed. */
record SimulationRun(Replay replay, Coverage coverage)
    implements TestTemplateInvocationContext, ParameterResolver, InvocationInterceptor {

  @Override
  public String getDisplayName(int index) {
    return "seed " + replay;
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
        .computeIfAbsent(Simulation.class, _ -> new Simulation(replay), Simulation.class);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    Simulation net = simulation(context);
    try {
      invocation.proceed();
      net.close();
    } catch (TestAbortedException e) {
      throw e;
    } catch (Exception | AssertionError e) {
      Shrinking.Run run = net.outcome(e);
      net.quit();
      throw explain(run, method);
    } finally {
      coverage.add(net.network().faults());
    }
  }

  // ---- After a failure ------------------------------------------------------------------------

  private AssertionFailedError explain(
      Shrinking.Run run, ReflectiveInvocationContext<Method> method) {
    String name = method.getTargetClass().getName() + "#" + method.getExecutable().getName();
    return FailureReport.of(name, run, again -> again.attempt(net -> invoke(method, net)));
  }

  /** The test once more, on an object of its own. */
  private static void invoke(ReflectiveInvocationContext<Method> method, Simulation net)
      throws Exception {
    Object target = freshTarget(method);
    Object[] arguments = method.getArguments().toArray();
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] instanceof Simulation) {
        arguments[i] = net;
      }
    }
    method.getExecutable().setAccessible(true);
    try {
      method.getExecutable().invoke(target, arguments);
    } catch (InvocationTargetException e) {
      switch (e.getCause()) {
        case Exception exception -> throw exception;
        case Error error -> throw error;
        case null, default -> throw e;
      }
    }
  }

  private static Object freshTarget(ReflectiveInvocationContext<Method> method) {
    Object target = method.getTarget().orElseThrow();
    Class<?> type = target.getClass();
    try {
      var _ = type.getDeclaredConstructor();
    } catch (NoSuchMethodException e) {
      return target;
    }
    Object fresh = ReflectionSupport.newInstance(type);
    for (Method before :
        AnnotationSupport.findAnnotatedMethods(
            type, BeforeEach.class, HierarchyTraversalMode.TOP_DOWN)) {
      if (before.getParameterCount() == 0) {
        ReflectionSupport.invokeMethod(before, fresh);
      }
    }
    return fresh;
  }
}
