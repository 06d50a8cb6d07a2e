package io.tendril.testing;

import io.tendril.core.Reactor;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Runs JUnit tests in the thread of a reactor, and sees to it that they leave nothing behind.
 *
 * <p>Registered by {@link TendrilTest}, or by {@code @ExtendWith(TendrilExtension.class)} on a
 * class for its tests of any kind. Tests, their {@code @BeforeEach} and {@code @AfterEach} methods,
 * and their constructor may have as parameters
 *
 * <ul>
 *   <li>a {@link Reactor}: the default one, in real time, whose thread is the test's;
 *   <li>a {@link TestClock}, or a {@link MemoryNetwork}: then time is virtual, and a {@code
 *       Reactor} is that of the clock;
 *   <li>a {@link TestRun}, to wait for results, expect failures and add cleanups.
 * </ul>
 *
 * <p>A test without any of them has a reactor in virtual time as its current one. Between its
 * statements the reactor stands still; it runs in {@link TestRun#result} and its like, or when the
 * test lets time pass.
 *
 * <p>After the test and its {@code @AfterEach} methods the cleanups run. Then it fails if it has
 * left behind a failure that was reported or that nobody handled, an open connection, a listener, a
 * datagram socket, a coroutine or a pending delayed call; the message says where each was made.
 */
public final class TendrilExtension
    implements ParameterResolver, InvocationInterceptor, AfterEachCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(TendrilExtension.class);
  private static final Set<Class<?>> VIRTUAL = Set.of(TestClock.class, MemoryNetwork.class);
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration VIRTUAL_LIMIT = Duration.ofDays(1);

  /** For JUnit. */
  public TendrilExtension() {}

  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(
      ExtensionContext rootContext) {
    return ExtensionContextScope.TEST_METHOD;
  }

  // ---- Parameters -----------------------------------------------------------------------------

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return context.getTestMethod().isPresent()
        && (type == Reactor.class || type == TestRun.class || VIRTUAL.contains(type));
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestRun run = run(context, parameter.getDeclaringExecutable());
    Class<?> type = parameter.getParameter().getType();
    if (type == TestRun.class) {
      return run;
    }
    if (type == Reactor.class) {
      return run.reactor();
    }
    if (!(run.pace() instanceof Pace.Virtual(var clock))) {
      throw new ParameterResolutionException(
          "this test has been given a reactor in real time before; say @TendrilTest(virtual = true),"
              + " or take the TestClock there already");
    }
    return type == TestClock.class ? clock : clock.network();
  }

  private static TestRun run(ExtensionContext context, @Nullable Executable asking) {
    return context
        .getStore(NAMESPACE)
        .computeIfAbsent(TestRun.class, _ -> begin(context, asking), TestRun.class);
  }

  private static TestRun begin(ExtensionContext context, @Nullable Executable asking) {
    Method method = context.getRequiredTestMethod();
    Optional<TendrilTest> test = AnnotationSupport.findAnnotation(method, TendrilTest.class);
    boolean virtual =
        test.map(TendrilTest::virtual).orElse(false)
            || takes(method, VIRTUAL)
            || takes(asking, VIRTUAL)
            || !(takes(method, Set.of(Reactor.class)) || takes(asking, Set.of(Reactor.class)));
    if (virtual) {
      return new TestRun(new Pace.Virtual(new TestClock()), VIRTUAL_LIMIT);
    }
    return new TestRun(
        Pace.Real.create(context.getDisplayName()),
        test.map(each -> Duration.ofSeconds(each.seconds())).orElse(LIMIT));
  }

  private static boolean takes(@Nullable Executable executable, Set<Class<?>> types) {
    return executable != null
        && Arrays.stream(executable.getParameterTypes()).anyMatch(types::contains);
  }

  // ---- Running --------------------------------------------------------------------------------

  @Override
  public <T> T interceptTestClassConstructor(
      Invocation<T> invocation,
      ReflectiveInvocationContext<Constructor<T>> constructor,
      ExtensionContext context)
      throws Throwable {
    TestRun run = context.getStore(NAMESPACE).get(TestRun.class, TestRun.class);
    if (run != null) {
      run.pace().settle();
    }
    return invocation.proceed();
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    proceed(invocation, method, context);
  }

  @Override
  public void interceptTestMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    proceed(invocation, method, context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    proceed(invocation, method, context);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    proceed(invocation, method, context);
  }

  private static void proceed(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    run(context, method.getExecutable()).pace().settle();
    invocation.proceed();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    TestRun run = context.getStore(NAMESPACE).get(TestRun.class, TestRun.class);
    if (run != null) {
      run.finish(context.getExecutionException().isPresent());
    }
  }
}
