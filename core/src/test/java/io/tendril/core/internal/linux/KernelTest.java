package io.tendril.core.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
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
      #include <poll.h>
      #include <signal.h>
      #include <spawn.h>
      #include <stddef.h>
      #include <stdio.h>
      #include <termios.h>
      #include <time.h>
      #include <unistd.h>
      #include <netinet/in.h>
      #include <netinet/tcp.h>
      #include <sys/epoll.h>
      #include <sys/eventfd.h>
      #include <sys/ioctl.h>
      #include <sys/mman.h>
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
    Map<String, Integer> ours = HeaderNumbers.of(Kernel.class, Kernel.Layout.class);
    for (int signal = 1; !SignalNames.name(signal).startsWith("RT"); signal++) {
      ours.put("SIG" + SignalNames.name(signal), signal);
    }
    assertThat(ours).hasSizeGreaterThan(100);
    assertThat(new HeaderNumbers(directory).compiled(HEADERS, ours.keySet())).isEqualTo(ours);
  }
}
