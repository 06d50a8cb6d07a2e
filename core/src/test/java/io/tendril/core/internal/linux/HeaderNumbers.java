package io.tendril.core.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What a C compiler, on the machine that it compiles for, says that numbers are. */
public final class HeaderNumbers {
  private final Path directory;

  /**
   * Asks.
   *
   * @param directory for the program that is compiled
   */
  public HeaderNumbers(Path directory) {
    this.directory = directory;
  }

  /** The numbers that a class has under their names in C, and those of structures' layouts. */
  public static Map<String, Integer> of(Class<?> numbers, Class<?> layouts) throws Exception {
    Map<String, Integer> ours = new TreeMap<>();
    for (Field field : numbers.getDeclaredFields()) {
      put(
          ours,
          field.getName().startsWith("SYS_") ? call(field.getName()) : field.getName(),
          field);
    }
    for (Field field : layouts.getDeclaredFields()) {
      put(ours, expression(field.getName().toLowerCase(Locale.ROOT)), field);
    }
    return ours;
  }

  private static void put(Map<String, Integer> numbers, String expression, Field field)
      throws IllegalAccessException {
    if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
      field.setAccessible(true);
      numbers.put(expression, field.getInt(null));
    }
  }

  /** The numbers of system calls are in lower case. */
  private static String call(String name) {
    return "SYS_" + name.substring("SYS_".length()).toLowerCase(Locale.ROOT);
  }

  /**
   * {@code structure__field}, or {@code structure} for its size; or a type with a name of its own.
   */
  private static String expression(String name) {
    int dots = name.indexOf("__");
    return dots < 0
        ? "sizeof(" + type(name) + ")"
        : "offsetof(" + type(name.substring(0, dots)) + ", " + name.substring(dots + 2) + ")";
  }

  private static String type(String name) {
    return name.endsWith("_t") ? name : "struct " + name;
  }

  /** What the headers say, in C. */
  public Map<String, Integer> compiled(String headers, Iterable<String> expressions)
      throws Exception {
    var source = new StringBuilder(headers).append("int main(void) {\n");
    for (String each : expressions) {
      source.append("  printf(\"%s=%%d\\n\", (int) %s);\n".formatted(each, each));
    }
    Path program = directory.resolve("numbers");
    Path code = Files.writeString(directory.resolve("numbers.c"), source.append("}\n"));
    try {
      run("cc", "-o", program.toString(), code.toString());
    } catch (IOException e) {
      assumeTrue("required".equals(System.getenv("TENDRIL_INTEROP")), "no C compiler here");
      throw e;
    }
    Map<String, Integer> numbers = new TreeMap<>();
    for (String line : run(program.toString()).split("\n")) {
      int equals = line.lastIndexOf('=');
      numbers.put(line.substring(0, equals), Integer.valueOf(line.substring(equals + 1)));
    }
    return numbers;
  }

  private String run(String... command) throws Exception {
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(output);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }
}
