package io.tendril.testing.conformance.broken;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.spi.Engine;
import io.tendril.spi.EngineFactory;
import io.tendril.testing.MemoryHost;
import io.tendril.testing.MemoryNetwork;
import io.tendril.testing.conformance.Candidate;
import io.tendril.testing.conformance.ForwardingEngine;
import io.tendril.testing.conformance.ReactorConformance;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.platform.engine.CancellationToken;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherExecutionRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the conformance suite's cases of one line of the contract, over a fault. */
final class Suite {
  private static final Pattern NAME = Pattern.compile("([a-z][0-9]+)[A-Z].*");
  private static final Launcher LAUNCHER = LauncherFactory.create();

  /** The cases by the line that their name begins with, in the order of the contract. */
  private static final Map<String, List<Method>> CASES =
      Arrays.stream(Subject.class.getMethods())
          .filter(Suite::isCase)
          .collect(
              Collectors.groupingBy(
                  each -> line(each.getName()),
                  () -> new TreeMap<>(Suite::inOrder),
                  Collectors.toList()));

  private Suite() {}

  private static boolean isCase(Method method) {
    return method.isAnnotationPresent(Test.class)
        || method.isAnnotationPresent(ParameterizedTest.class);
  }

  /** The line of the contract that a case is named by. */
  static String line(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new IllegalStateException(name + " is not named by a line of the contract");
    }
    return matcher.group(1).toUpperCase(Locale.ROOT);
  }

  /** D9 before D12. */
  private static int inOrder(String line, String other) {
    int bySection = Character.compare(line.charAt(0), other.charAt(0));
    return bySection != 0
        ? bySection
        : Integer.parseInt(line.substring(1)) - Integer.parseInt(other.substring(1));
  }

  /** The lines of the contract that the suite has cases of. */
  static List<String> lines() {
    return List.copyOf(CASES.keySet());
  }

  /** What has come of some cases, each by its name and parameters: null, or its failure. */
  record Verdict(Map<String, @Nullable Throwable> cases) {
    List<String> failed() {
      List<String> failed = new ArrayList<>();
      cases.forEach((name, failure) -> {
        if (failure != null) {
          failed.add(name);
        }
      });
      return failed;
    }
  }

  /**
   * Runs the cases of a line over a fault.
   *
   * @param patience how long a case waits in vain
   * @param without the cases to leave out
   * @param firstOnly whether the first that fails is enough
   */
  static Verdict run(
      String line, Fault fault, Duration patience, List<String> without, boolean firstOnly) {
    var request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(
                CASES.getOrDefault(line, List.of()).stream()
                    .filter(each -> !without.contains(each.getName() + "()"))
                    .map(each -> selectMethod(Subject.class, each))
                    .toList())
            .build();
    Subject.fault = fault;
    Subject.patience = patience;
    var enough = CancellationToken.create();
    var listener = new Listener(firstOnly ? enough::cancel : () -> {});
    LAUNCHER.execute(
        LauncherExecutionRequestBuilder.request(request)
            .cancellationToken(enough)
            .listeners(listener)
            .build());
    return new Verdict(listener.cases);
  }

  private static final class Listener implements TestExecutionListener {
    final Map<String, @Nullable Throwable> cases = new TreeMap<>();
    private final Runnable failed;

    Listener(Runnable failed) {
      this.failed = failed;
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      Subject.wakeAll();
      if (test.isTest() || result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
        Throwable failure = result.getThrowable().orElse(null);
        cases.put(test.getLegacyReportingName(), failure);
        if (failure != null) {
          failed.run();
        }
      }
    }
  }

  /** The suite over whatever is at fault now. */
  static final class Subject extends ReactorConformance {
    private static volatile Fault fault = Broken.NOTHING;
    private static volatile Duration patience = Duration.ofSeconds(10);

    /** The sound engines of reactors that run by themselves, whose wake-ups a fault may lose. */
    private static final Queue<Engine> ENGINES = new ConcurrentLinkedQueue<>();

    /** Ends the sleep of every loop that a fault has left asleep, so that it can end. */
    static void wakeAll() {
      for (Engine engine; (engine = ENGINES.poll()) != null; ) {
        engine.wakeup();
      }
    }

    @Override
    protected Candidate candidate() {
      MemoryHost host = new MemoryNetwork().host("here");
      Fault mine = fault;
      return new Candidate() {
        @Override
        public String name() {
          return "broken";
        }

        @Override
        public EngineFactory engine() {
          return () -> {
            Engine sound = host.engine().open();
            ENGINES.add(sound);
            return mine.engine(sound);
          };
        }

        @Override
        public EngineFactory peers() {
          return host.engine();
        }

        @Override
        public Duration patience() {
          return patience;
        }

        @Override
        public Reactor create(ReactorOptions options) {
          EngineFactory chosen = options.engine();
          return mine.reactor(
              Reactor.create(
                  chosen == null ? options : options.withEngine(() -> timed(mine, chosen.open()))));
        }
      };
    }

    private static Engine timed(Fault fault, Engine engine) {
      var clock = fault.clock(engine.clock());
      return new ForwardingEngine(engine) {
        @Override
        public io.tendril.spi.TimeSource clock() {
          return clock;
        }
      };
    }
  }
}
