package io.tendril.testing.descriptors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorOptions;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.spi.EngineFactory;
import io.tendril.spi.Engines;
import io.tendril.spi.Inspection;
import io.tendril.testing.OpenDescriptors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A reactor on the linux engine, turned by the test; nothing may be left open at its end. */
@EnabledOnOs(OS.LINUX)
abstract class LinuxFixture {
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(5);

  final List<ReactorEvent> failures = new ArrayList<>();
  private final List<Integer> others = new ArrayList<>();
  OpenDescriptors before;
  Reactor reactor;

  EngineFactory engine() {
    return Engines.linux();
  }

  @BeforeEach
  void make() {
    load();
    before = OpenDescriptors.now();
    reactor =
        Reactor.create(
            ReactorOptions.defaults()
                .withEngine(engine())
                .withDebug(true)
                .withShutdownDeadline(Duration.ofSeconds(5)));
    reactor.observe(event -> {
      if (event instanceof ReactorEvent.CallFailed
          || event instanceof ReactorEvent.ProtocolFailed
          || event instanceof ReactorEvent.FailureUnhandled) {
        failures.add(event);
      }
    });
  }

  /** Before the first look: what classes open while they are loaded stays open. */
  private static void load() {
    try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var _ = new Socket(listening.getInetAddress(), listening.getLocalPort())) {
      listening.accept().close(); // the first to be closed makes the JDK keep a socket for ever
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int[] pipe = Kernel.pipe();
    Kernel.close(pipe[0]);
    Kernel.close(pipe[1]);
  }

  @AfterEach
  void end() {
    reactor.stop();
    long end = System.nanoTime() + LONGEST.toNanos();
    while (reactor.turn(LOOK)) {
      assertThat(System.nanoTime()).isLessThan(end);
    }
    others.stream().filter(Kernel::isOpen).forEach(Kernel::close);
    before.assertNoMore();
    assertThat(failures).isEmpty();
  }

  /** Remembers a descriptor of the test's own, to be closed at its end. */
  int mine(int fd) {
    others.add(fd);
    return fd;
  }

  void close(int fd) {
    others.remove(Integer.valueOf(fd));
    Kernel.close(fd);
  }

  Descriptor owned(int fd) {
    return Descriptor.adopt(fd);
  }

  /** Something that a test waits for. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws Exception;
  }

  private static boolean holds(Condition condition) {
    try {
      return condition.holds();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Turns until something is so. */
  void until(Condition condition) {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!holds(condition)) {
      assertThat(System.nanoTime()).as("it has not happened: " + failures).isLessThan(end);
      reactor.turn(LOOK);
    }
  }

  /** How often waits end in some turns that could wait. */
  void assertSleeps() {
    long start = System.nanoTime();
    for (int i = 0; i < 3; i++) {
      reactor.turn(LOOK);
    }
    assertThat(System.nanoTime() - start).isGreaterThan(LOOK.toNanos());
  }

  List<String> holdings() {
    return ((Inspection) reactor)
        .holdings().stream().map(each -> each.kind() + " " + each.what()).toList();
  }
}
