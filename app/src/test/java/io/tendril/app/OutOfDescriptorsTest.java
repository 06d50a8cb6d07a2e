package io.tendril.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.process.Command;
import io.tendril.testing.OpenDescriptors;
import io.tendril.testing.Program;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * New versions and workers of a process that has no descriptor left, then one, then two, until
 * there are enough: it goes on, says why, and nothing is left open.
 */
@EnabledOnOs(OS.LINUX)
@Tag("interop")
class OutOfDescriptorsTest {
  private static final int LIMIT = 200;
  private static final int MOST = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String ENDPOINT = "tcp:0:interface=127.0.0.1";
  private static final String SHORT = "Too many open files";

  /** A worker that says that it serves, and lives for as long as its parent. */
  private static final String WORKER =
      """
      import os, socket
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])
      while os.read(int(os.environ["TENDRIL_PARENT"]), 100):
          break
      """;

  private Reactor reactor;

  private <T> T call(Callable<Deferred<T>> function) throws Exception {
    return reactor.blockingCall(function, PATIENCE);
  }

  /** Takes all descriptors but some, calls, and gives them back. */
  private static String with(int left, Callable<String> call) throws Exception {
    List<Closeable> taken = new ArrayList<>();
    try {
      while (taken.size() < LIMIT) {
        taken.add(FileChannel.open(Path.of("/dev/null")));
      }
      throw new IllegalStateException("there is no limit");
    } catch (IOException e) {
      for (int i = 0; i < left; i++) {
        taken.removeLast().close();
      }
    }
    try {
      return call.call();
    } finally {
      for (Closeable each : taken) {
        each.close();
      }
    }
  }

  /** What came of a restart. */
  private String outcome(Callable<Deferred<?>> restart) throws Exception {
    return call(() ->
        Deferred.of(() -> restart.call().thenApply(_ -> "restarted"))
            .exceptionally(e -> "" + e.getMessage()));
  }

  // ---- A new version --------------------------------------------------------------------------

  private int versions() throws Exception {
    var listener = call(() -> reactor.listen(ENDPOINT, transport -> data -> transport.write(data)));
    HotRestart restart = HotRestart.of(reactor, Command.of("true"));
    String started = "it ended before it served: exit status 0";
    assertThat(outcome(restart::restart)).endsWith(started);
    echo(listener.port());
    OpenDescriptors before = OpenDescriptors.now();
    for (int left = 0; left < MOST; left++) {
      String outcome = with(left, () -> outcome(restart::restart));
      before.assertNoMore();
      echo(listener.port());
      if (outcome.endsWith(started)) {
        return left;
      }
      assertThat(outcome).startsWith("the new version does not serve: ").contains(SHORT);
    }
    throw new AssertionError("never started");
  }

  private static void echo(int port) throws IOException {
    try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
      client.setSoTimeout((int) PATIENCE.toMillis());
      client.getOutputStream().write("hello".getBytes(US_ASCII));
      assertThat(client.getInputStream().readNBytes(5)).asString(US_ASCII).isEqualTo("hello");
    }
  }

  // ---- Workers --------------------------------------------------------------------------------

  private int workers() throws Exception {
    var events = new LinkedBlockingQueue<WorkerEvent>();
    var group =
        WorkerGroup.of(Command.of("/usr/bin/python3", "-c", WORKER), 1)
            .listening(ENDPOINT)
            .withSilence(PATIENCE)
            .withRestarts(
                RestartLimits.defaults()
                    .withWaits(Duration.ofMillis(1), Duration.ofMillis(1))
                    .withDeaths(1_000, PATIENCE))
            .telling(events::add);
    call(() -> group.runIn(reactor));
    call(group::restart);
    OpenDescriptors before = OpenDescriptors.now();
    for (int left = 0; left < MOST; left++) {
      long worker = serving(group);
      String outcome = with(left, () -> outcome(group::restart));
      if (outcome.equals("restarted")) {
        died(group, events);
        call(group::stop);
        return left;
      }
      assertThat(outcome).startsWith("worker 1: ").contains(SHORT);
      before.assertNoMore();
      assertThat(serving(group)).isEqualTo(worker);
    }
    throw new AssertionError("never restarted");
  }

  private long serving(WorkerGroup group) throws Exception {
    return call(() ->
        Deferred.succeeded(
            group.workers().stream()
                .filter(each -> each.state() == WorkerStatus.State.SERVING)
                .map(WorkerStatus::process)
                .findFirst()
                .orElse(0L)));
  }

  /** One that dies when there is no descriptor is replaced when there is one. */
  private void died(WorkerGroup group, LinkedBlockingQueue<WorkerEvent> events) throws Exception {
    long worker = serving(group);
    events.clear();
    String why =
        with(
            0,
            () -> {
              reactor.execute(() -> group.signal("KILL"));
              return next(events, WorkerEvent.NotStarted.class).why();
            });
    assertThat(why).contains(SHORT);
    assertThat(next(events, WorkerEvent.Serving.class).process()).isNotEqualTo(worker);
  }

  private static <E extends WorkerEvent> E next(
      LinkedBlockingQueue<WorkerEvent> events, Class<E> kind) throws InterruptedException {
    for (; ; ) {
      WorkerEvent event = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(event).as("an event " + kind.getSimpleName()).isNotNull();
      if (kind.isInstance(event)) {
        return kind.cast(event);
      }
    }
  }

  // ---- The process with the limit -------------------------------------------------------------

  static void main() {
    try {
      LoadedClasses.all();
      var test = new OutOfDescriptorsTest();
      test.reactor = Reactor.create().start();
      IO.println("a version after " + test.versions() + " failures");
      IO.println("a worker after " + test.workers() + " failures");
      test.reactor.stop();
      test.reactor.awaitStopped(PATIENCE);
      System.exit(0);
    } catch (Throwable e) {
      e.printStackTrace();
      System.exit(1);
    }
  }

  @Test
  void whatWasThereGoesOnAndNothingIsLeft() throws Exception {
    Program.named("/usr/bin/python3");
    List<String> lines =
        Program.named("prlimit")
            .run(
                "--nofile=" + LIMIT,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                OutOfDescriptorsTest.class.getName())
            .succeeded()
            .lines()
            .toList();
    assertThat(lines)
        .hasSize(2)
        .allMatch(line -> line.matches("a (version|worker) after [1-9][0-9]? failures"));
  }
}
