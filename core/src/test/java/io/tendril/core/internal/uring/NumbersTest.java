package io.tendril.core.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.internal.linux.HeaderNumbers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Asks a C compiler, on the machine that it compiles for, whether the numbers are right. */
@EnabledOnOs(OS.LINUX)
class NumbersTest {
  private static final String HEADERS =
      """
      #define _GNU_SOURCE
      #include <errno.h>
      #include <poll.h>
      #include <stddef.h>
      #include <stdio.h>
      #include <time.h>
      #include <linux/io_uring.h>
      #include <sys/socket.h>
      #include <sys/syscall.h>
      """;

  @TempDir Path directory;

  @Test
  void theNumbersAreThoseOfTheHeaders() throws Exception {
    Map<String, Integer> ours = HeaderNumbers.of(Numbers.class, Numbers.Layout.class);
    assertThat(ours).hasSizeGreaterThan(80);
    assertThat(new HeaderNumbers(directory).compiled(HEADERS, ours.keySet())).isEqualTo(ours);
  }
}
