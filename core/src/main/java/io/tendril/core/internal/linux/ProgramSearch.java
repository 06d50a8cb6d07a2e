package io.tendril.core.internal.linux;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Programs by name, on this process's {@code PATH}. */
record ProgramSearch(Predicate<String> executable) {
  private static final String USUAL = "/usr/local/bin:/usr/bin:/bin";

  /**
   * Where a program may be, the best first. A name with a slash is a path already. Places on the
   * PATH that are no whole paths are left out, since they depend on the directory.
   */
  List<String> find(String program) {
    if (program.indexOf('/') >= 0) {
      return List.of(program);
    }
    String path = System.getenv("PATH");
    return Stream.of((path == null ? USUAL : path).split(":"))
        .filter(place -> place.startsWith("/"))
        .map(place -> place + "/" + program)
        .filter(executable)
        .toList();
  }
}
