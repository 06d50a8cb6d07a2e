package io.tendril.rules;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Compares the public API of each library module with what is checked in under `api/`, so that a
/// change to it is seen in review. To take a change over:
///
///     mvn -q test -pl rules -am -Dtest=ApiTest -Dapi.update
class ApiTest {
  private static final Path DIRECTORY = House.ROOT.resolve("api");

  @TestFactory
  Stream<DynamicTest> eachModulesApiIsTheOneThatIsCheckedIn() {
    return House.modules().stream()
        .filter(module -> !module.directory().equals("examples"))
        .map(module -> DynamicTest.dynamicTest(module.directory(), () -> compare(module)));
  }

  private static void compare(House.Module module) throws IOException {
    var file = DIRECTORY.resolve(module.directory() + ".txt");
    var actual = Api.of(module);
    if (System.getProperty("api.update") != null) {
      Files.createDirectories(DIRECTORY);
      Files.writeString(file, actual);
      return;
    }
    var expected = Files.exists(file) ? Files.readString(file) : "";
    if (!expected.equals(actual)) {
      throw new AssertionError(
          """
          The API of %s is not the one in api/%s.txt:

          %s

          If that is meant, take it over and commit it:
            mvn -q test -pl rules -am -Dtest=ApiTest -Dapi.update
          """
              .formatted(
                  module.directory(),
                  module.directory(),
                  difference(expected.lines().toList(), actual.lines().toList())));
    }
  }

  /// The lines that went and came, each below the type that it belongs to.
  private static String difference(List<String> expected, List<String> actual) {
    var came = marked(actual);
    var went = marked(expected);
    var kept = new HashSet<>(came);
    kept.retainAll(new HashSet<>(went));
    return Stream.concat(
            went.stream().filter(line -> !kept.contains(line)).map(line -> "- " + line),
            came.stream().filter(line -> !kept.contains(line)).map(line -> "+ " + line))
        .collect(joining("\n"));
  }

  private static List<String> marked(List<String> lines) {
    var type = new String[] {""};
    return lines.stream()
        .filter(line -> !line.isBlank())
        .map(line -> {
          if (line.startsWith("    ")) {
            return type[0] + ": " + line.strip();
          }
          type[0] = line.strip().replaceFirst("^(.*? )?(class|interface|record|enum) ", "");
          type[0] = type[0].replaceFirst("[ (<].*", "");
          return line.strip();
        })
        .toList();
  }
}
