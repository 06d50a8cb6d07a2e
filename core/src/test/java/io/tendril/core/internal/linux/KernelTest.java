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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Asks a C compiler, on the machine that it compiles for, whether the numbers are right. */
@EnabledOnOs(OS.LINUX)
class KernelTest {
  private static final String HEADERS =
      """
      #define _GNU_SOURCE
      #include <errno.h>
      #include <fcntl.h>
      #include <signal.h>
      #include <spawn.h>
      #include <stddef.h>
      #include <stdio.h>
      #include <time.h>
      #include <unistd.h>
      #include <netinet/in.h>
      #include <netinet/tcp.h>
      #include <sys/epoll.h>
      #include <sys/eventfd.h>
      #include <sys/ioctl.h>
      #include <sys/socket.h>
      #include <sys/stat.h>
      #include <sys/syscall.h>
      #include <sys/uio.h>
      #include <sys/un.h>
      #include <sys/wait.h>
      """;

  @TempDir Path directory;

  @Test
  void theNumbersAreThoseOfTheHeaders() throws Exception {
    Map<String, Integer> ours = new TreeMap<>();
    for (Field field : Kernel.class.getDeclaredFields()) {
      put(
          ours,
          field.getName().startsWith("SYS_") ? call(field.getName()) : field.getName(),
          field);
    }
    for (Field field : Kernel.Layout.class.getDeclaredFields()) {
      put(ours, expression(field.getName().toLowerCase(Locale.ROOT)), field);
    }
    for (int signal = 1; !SignalNames.name(signal).startsWith("RT"); signal++) {
      ours.put("SIG" + SignalNames.name(signal), signal);
    }
    assertThat(ours).hasSizeGreaterThan(100);
    assertThat(compiled(ours.keySet())).isEqualTo(ours);
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

  private Map<String, Integer> compiled(Iterable<String> expressions) throws Exception {
    var source = new StringBuilder(HEADERS).append("int main(void) {\n");
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
