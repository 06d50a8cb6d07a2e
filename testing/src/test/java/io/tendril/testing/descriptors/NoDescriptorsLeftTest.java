package io.tendril.testing.descriptors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.descriptor.Interest;
import io.tendril.spi.Engines;
import io.tendril.testing.OpenDescriptors;
import io.tendril.testing.Program;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A want of descriptors wherever one is opened: a typed failure, and nothing is left. */
@EnabledOnOs(OS.LINUX)
class NoDescriptorsLeftTest {
  private static final int LIMIT = 200;

  private Reactor reactor;
  private final List<String> log = new ArrayList<>();

  private void note(String what, Deferred<?> deferred) {
    int before = log.size();
    var _ =
        deferred.handle(
            value -> log.add(what + ": made"),
            failure -> {
              Throwable cause = failure.getCause() == null ? failure : failure.getCause();
              return log.add(
                  what + ": " + failure.getClass().getSimpleName() + ", " + cause.getMessage());
            });
    while (log.size() == before) {
      reactor.turn(Duration.ofMillis(5));
    }
  }

  private List<String> play(boolean shortage) throws IOException {
    log.clear();
    int[] pipe = Kernel.pipe();
    int file = Kernel.open(Path.of("/dev/null"), Kernel.O_RDWR);
    int listening = Kernel.internetSocket(Kernel.SOCK_STREAM, true);
    int[] other = Kernel.pipe();
    Descriptor watched = Descriptor.adopt(other[0]);
    OpenDescriptors before = OpenDescriptors.now();
    List<Closeable> taken = shortage ? takeAll() : List.of();
    var adopting = reactor.network().adopting();
    Descriptor input = Descriptor.adopt(pipe[0]);
    Descriptor output = Descriptor.adopt(file);
    var silent = Protocol.onData((_, _) -> {});
    reactor.watch(watched, Interest.READ, _ -> {}).close(); // which needs none
    if (shortage) {
      note("a pipe", adopting.stream(input, null, "x", silent));
      note("a file", adopting.stream(output, null, "x", silent));
      note("both", adopting.stream(input, output, "x", silent));
      note("no input", adopting.stream(null, output, "x", silent));
      note("a listener", reactor.listen("fd:" + listening, silent));
      try {
        watched.duplicate().close();
      } catch (IOException e) {
        log.add("a duplicate: " + e.getMessage());
      }
      for (Closeable each : taken) {
        each.close();
      }
      before.assertNoMore();
    }
    note("both", adopting.stream(input, output, "x", silent));
    note("a listener", reactor.listen("fd:" + listening, silent));
    Kernel.close(pipe[1]);
    Kernel.close(listening);
    watched.close();
    Kernel.close(other[1]);
    while (reactor.stats().connections() > 0) {
      reactor.turn(Duration.ofMillis(5));
    }
    return List.copyOf(log);
  }

  private static List<Closeable> takeAll() {
    List<Closeable> taken = new ArrayList<>();
    try {
      while (taken.size() < LIMIT) {
        taken.add(FileChannel.open(Path.of("/dev/null")));
      }
    } catch (IOException e) {
      return taken;
    }
    throw new IllegalStateException("there is no limit");
  }

  /** For the process with the limit. The first time loads all classes. */
  static void main() throws IOException {
    var test = new NoDescriptorsLeftTest();
    test.reactor =
        Reactor.create(ReactorOptions.defaults().withEngine(Engines.linux()).withName("short"));
    test.play(false);
    var silent = Protocol.onData((_, _) -> {});
    Descriptor none = Descriptor.adopt(9_999);
    test.note("none", test.reactor.network().adopting().stream(none, none, "x", silent));
    test.note("none", test.reactor.listen("fd:9999", silent));
    IO.println(test.play(true));
    System.exit(0);
  }

  @Test
  void eachPlaceSaysSo() throws Exception {
    String failed = "Other, Too many open files";
    String lines =
        Program.named("prlimit")
            .run(
                "--nofile=" + LIMIT,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                NoDescriptorsLeftTest.class.getName())
            .succeeded();
    assertThat(lines.trim())
        .isEqualTo(
            "["
                + String.join(
                    ", ",
                    "a pipe: " + failed,
                    "a file: " + failed,
                    "both: " + failed,
                    "no input: " + failed,
                    "a listener: ListenFailed, Too many open files",
                    "a duplicate: Too many open files",
                    "both: made",
                    "a listener: made")
                + "]");
  }
}
