package io.tendril.testing.descriptors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.testing.OpenDescriptors;
import io.tendril.testing.UringHere;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each call that opens a descriptor refused by the kernel, one at a time, as strace has it do: the
 * failure is the typed one that is documented, nothing is left open, and the next time it works.
 */
@Tag("interop")
@EnabledOnOs(OS.LINUX)
class RefusedDescriptorsTest {
  private static final String PROCESS = "Too many open files";
  private static final String SYSTEM = "Too many open files in system";
  private static final String FULL = "No space left on device";

  @TempDir Path directory;

  /**
   * What is refused.
   *
   * @param when which of the thread's calls of this name; a range is "1..3"
   * @param outcome what comes of it, with the kernel's words for %s and its number for %d
   */
  record Refusal(
      String engine,
      RefusedOperation operation,
      String calls,
      String error,
      String when,
      String outcome) {
    String expected() {
      return switch (error) {
        case "EMFILE" -> outcome.formatted(PROCESS, 24);
        case "ENFILE" -> outcome.formatted(SYSTEM, 23);
        default -> outcome.formatted(FULL, 28);
      };
    }

    @Override
    public String toString() {
      return engine + ", " + operation + ": " + calls + " " + when + " is " + error;
    }
  }

  private static void add(
      List<Refusal> to,
      String engines,
      RefusedOperation operation,
      String calls,
      String outcome,
      String... when) {
    for (String engine : engines.split(" ")) {
      for (String each : when) {
        to.add(new Refusal(engine, operation, calls, "EMFILE", each, outcome));
        to.add(new Refusal(engine, operation, calls, "ENFILE", each, outcome));
      }
    }
  }

  /** The kernel has no room for one more descriptor to be watched. */
  private static void addFull(List<Refusal> to, RefusedOperation operation, String outcome) {
    to.add(new Refusal("linux", operation, "epoll_ctl", "ENOSPC", "1", outcome));
  }

  static Stream<Refusal> refusals() {
    String both = "linux nio";
    String each = UringHere.isToBeTested() ? both + " uring" : both;
    String one = "linux";
    String noListener = "ListenFailed: %1$s";
    String noConnection = "ConnectFailed$Other: %1$s";
    String noChild = "OUT_OF_DESCRIPTORS, %2$d";
    List<Refusal> all = new ArrayList<>();
    add(all, each, RefusedOperation.LISTEN, "socket", noListener, "1");
    add(all, each, RefusedOperation.LISTEN_UNIX, "socket", noListener, "1");
    add(
        all,
        both,
        RefusedOperation.LISTEN_OVER_A_STALE_FILE,
        "socket",
        noListener + ", and the file stays",
        "2", // the first is that of the test
        "3");
    add(all, each, RefusedOperation.CONNECT, "socket", noConnection, "2");
    add(all, each, RefusedOperation.CONNECT_UNIX, "socket", noConnection, "2");
    add(all, each, RefusedOperation.DATAGRAM, "socket", noListener, "1");
    add(all, one, RefusedOperation.DATAGRAM_UNIX, "socket", noListener, "1");
    add(all, each, RefusedOperation.REACTOR, "epoll_create1", "UncheckedIOException: %1$s", "1");
    add(all, each, RefusedOperation.REACTOR, "eventfd2", "UncheckedIOException: %1$s", "1");
    add(all, both, RefusedOperation.ACCEPT, "accept,accept4", "made", "1..3");
    add(all, both, RefusedOperation.ACCEPT_UNIX, "accept,accept4", "made", "1..3");
    add(all, one, RefusedOperation.SPAWN, "pipe2", noChild, "1", "2", "3", "4");
    add(all, one, RefusedOperation.SPAWN, "openat", noChild, "1");
    add(all, one, RefusedOperation.SPAWN, "pidfd_open", noChild, "1");
    add(all, one, RefusedOperation.SPAWN_WITH_FILES, "openat", noChild, "1", "2", "3", "4", "5");
    add(all, one, RefusedOperation.SPAWN_IN_TERMINAL, "openat", noChild, "1", "2");
    add(all, one, RefusedOperation.SPAWN_WITH_A_DESCRIPTOR, "fcntl", "OUT_OF_DESCRIPTORS, 0", "1");
    String noCat = "ConnectFailed$Other: cannot start cat: %3$s%1$s (errno %2$d)";
    add(all, one, RefusedOperation.CONVERSE, "pipe2", noCat.replace("%3$s", "a pipe: "), "1");
    add(all, one, RefusedOperation.CONVERSE, "pidfd_open", noCat.replace("%3$s", ""), "1");
    add(all, one, RefusedOperation.NOTIFY, "socket", "SocketException: %1$s", "2");
    add(all, one, RefusedOperation.ADOPT_A_PIPE, "openat", noConnection, "1");
    add(all, one, RefusedOperation.ADOPT_A_FILE, "eventfd2", noConnection, "1");
    add(all, one, RefusedOperation.DUPLICATE, "fcntl", "SocketException: %1$s", "1");
    add(all, one, RefusedOperation.SEND_A_FILE, "openat", "sent 17 of it", "3", "4");
    if (UringHere.isToBeTested()) {
      String noRing = "UncheckedIOException: the kernel makes no ring: %1$s";
      add(all, "uring", RefusedOperation.REACTOR, "io_uring_setup", noRing, "1");
    }
    addFull(all, RefusedOperation.WATCH, "WatchFailed$Exhausted: cannot watch it: %1$s");
    addFull(all, RefusedOperation.LISTEN, noListener);
    addFull(all, RefusedOperation.LISTEN_UNIX, noListener);
    addFull(all, RefusedOperation.CONNECT, noConnection);
    addFull(all, RefusedOperation.DATAGRAM, noListener);
    addFull(all, RefusedOperation.DATAGRAM_UNIX, noListener);
    addFull(all, RefusedOperation.REACTOR, "UncheckedIOException: %1$s");
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void saysSoAndLeavesNothing(Refusal refusal) throws Exception {
    try (var stage = new RefusalStage(refusal.engine(), directory)) {
      RefusedOperation operation = refusal.operation();
      List<Long> threads = stage.threads();
      String usual = operation.play(stage); // which loads all classes
      stage.turn();
      OpenDescriptors before = OpenDescriptors.now();
      String injection = refusal.calls() + ":error=" + refusal.error() + ":when=" + refusal.when();
      var strace = Strace.of(threads, injection);
      try (strace) {
        assertThat(operation.play(stage)).isEqualTo(refusal.expected());
      }
      assertThat(strace.refused()).as("%s", strace.calls()).isNotEmpty();
      stage.turn(); // nio closes sockets at the next select
      before.assertNoMore();
      assertThat(stage.exhausted).hasSizeLessThanOrEqualTo(1);
      if (refusal.calls().startsWith("accept")) {
        assertThat(stage.exhausted).hasSize(1);
        assertThat(strace.refused()).hasSize(3);
      }
      assertThat(operation.play(stage)).isEqualTo(usual).startsWith(made(operation));
      stage.turn();
      before.assertNoMore();
      assertThat(stage.failures).isEmpty();
    }
  }

  private static String made(RefusedOperation operation) {
    return operation == RefusedOperation.SEND_A_FILE ? "sent 17 of it" : "made";
  }
}
