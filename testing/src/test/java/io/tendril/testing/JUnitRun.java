package io.tendril.testing;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the tests of a class by themselves, and tells what came of each. */
record JUnitRun(Map<String, TestExecutionResult> results, List<String> order) {
  static JUnitRun of(Class<?> tests, String... parameters) {
    Map<String, TestExecutionResult> results = Collections.synchronizedMap(new TreeMap<>());
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    var request = LauncherDiscoveryRequestBuilder.request().selectors(selectClass(tests));
    for (int i = 0; i < parameters.length; i += 2) {
      request.configurationParameter(parameters[i], parameters[i + 1]);
    }
    var listener =
        new TestExecutionListener() {
          @Override
          public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            boolean ofClass = test.getSource().orElse(null) instanceof ClassSource;
            boolean failed = result.getStatus() == TestExecutionResult.Status.FAILED;
            if (test.isTest() || (ofClass && failed)) { // a class may fail as such
              String name = test.getDisplayName().replaceFirst("\\(.*", "");
              results.put(name, result);
              order.add(name);
            }
          }
        };
    LauncherFactory.create().execute(request.build(), listener);
    return new JUnitRun(results, order);
  }

  boolean passed(String test) {
    return result(test).getStatus() == TestExecutionResult.Status.SUCCESSFUL;
  }

  Throwable failure(String test) {
    return result(test).getThrowable().orElseThrow(() -> new AssertionError(test + " has passed"));
  }

  private TestExecutionResult result(String test) {
    if (!results.containsKey(test)) {
      throw new AssertionError("no test " + test + " in " + results);
    }
    return results.get(test);
  }
}
