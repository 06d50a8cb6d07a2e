package io.tendril.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import io.tendril.core.process.Command;
import io.tendril.testing.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Workers that are processes, of a parent that is this one. */
@EnabledOnOs(OS.LINUX)
@Tag("interop")
class WorkerGroupTest {
  private static final Duration PATIENCE = Duration.ofSeconds(80);
  private static final String ENDPOINT = "tcp:0:interface=127.0.0.1";

  @TempDir Path directory;

  private final Reactor reactor = Reactor.create().start();
  private final LinkedBlockingQueue<WorkerEvent> events = new LinkedBlockingQueue<>();
  private WorkerGroup group = WorkerGroup.of(Command.of("false"), 1);

  @AfterEach
  void stop() throws Exception {
    reactor.stop();
    reactor.awaitStopped(PATIENCE);
    assertThat(ProcessHandle.current().children()).isEmpty();
  }

  private <T> T call(Callable<Deferred<T>> function) throws Exception {
    return reactor.blockingCall(function, PATIENCE);
  }

  private Path broken() {
    return directory.resolve("broken");
  }

  private Command greeter() {
    return Command.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx64m",
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        Greeter.class.getName(),
        ENDPOINT,
        broken().toString());
  }

  private void start(int workers, Function<WorkerGroup, WorkerGroup> settings) throws Exception {
    group =
        settings.apply(WorkerGroup.of(greeter(), workers).listening(ENDPOINT).telling(events::add));
    call(() -> group.runIn(reactor));
  }

  /** Waits for an event of a kind. */
  private <E extends WorkerEvent> E next(Class<E> kind) throws InterruptedException {
    for (; ; ) {
      WorkerEvent event = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(event).as("an event " + kind.getSimpleName()).isNotNull();
      if (kind.isInstance(event)) {
        return kind.cast(event);
      }
    }
  }

  private int port() throws Exception {
    return call(() -> Deferred.succeeded(group.listeners().getFirst().port()));
  }

  private List<WorkerStatus> workers() throws Exception {
    return call(() -> Deferred.succeeded(group.workers()));
  }

  private List<Long> processes() throws Exception {
    return workers().stream().map(WorkerStatus::process).toList();
  }

  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader reader;

    Client(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout((int) PATIENCE.toMillis());
      reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
    }

    /** The number of the process that serves it; -1 if it is gone. */
    long ask() {
      try {
        socket.getOutputStream().write("?\n".getBytes(US_ASCII));
        String line = reader.readLine();
        return line == null ? -1 : Long.parseLong(line);
      } catch (IOException e) {
        return -1;
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static void signal(String name, long process) throws Exception {
    Program.named("kill").run("-" + name, "" + process).succeeded();
  }

  // ---- Deaths ---------------------------------------------------------------------------------

  @Test
  void oneThatIsKilledLosesItsOwnConnectionsAlone() throws Exception {
    start(2, group -> group);
    List<Client> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        clients.add(new Client(port()));
      }
      List<Long> served = clients.stream().map(Client::ask).toList();
      assertThat(served).isSubsetOf(processes());
      long victim = served.getFirst();
      signal("KILL", victim);
      assertThat(next(WorkerEvent.Ended.class).how()).isEqualTo("ended by SIGKILL");
      for (int i = 0; i < clients.size(); i++) {
        assertThat(clients.get(i).ask()).isEqualTo(served.get(i) == victim ? -1 : served.get(i));
      }
      events.clear();
      assertThat(next(WorkerEvent.Serving.class).process()).isNotEqualTo(victim);
      assertThat(processes()).hasSize(2).doesNotContain(victim);
      try (var after = new Client(port())) {
        assertThat(after.ask()).isIn(processes());
      }
    } finally {
      for (Client each : clients) {
        each.close();
      }
    }
  }

  @Test
  void oneThatHangsIsKilledAndReplaced() throws Exception {
    start(2, group -> group.withSilence(Duration.ofSeconds(2)));
    long victim = processes().getFirst();
    signal("STOP", victim);
    WorkerEvent.Killed killed = next(WorkerEvent.Killed.class);
    assertThat(killed.process()).isEqualTo(victim);
    assertThat(killed.what()).isEqualTo("it gave no sign of life for 2 s");
    assertThat(next(WorkerEvent.Serving.class).worker()).isEqualTo(killed.worker());
    assertThat(processes()).hasSize(2).doesNotContain(victim);
  }

  @Test
  void oneThatHasNoDescriptorLeftIsHeardAllTheSame() throws Exception {
    Program.named("prlimit");
    List<String> words = new ArrayList<>(List.of("--nofile=150", greeter().program()));
    words.addAll(greeter().arguments());
    words.add("with all classes");
    group =
        WorkerGroup.of(Command.of("prlimit", words), 1)
            .listening(ENDPOINT)
            .withSilence(Duration.ofSeconds(2))
            .telling(events::add);
    call(() -> group.runIn(reactor));
    long worker = processes().getFirst();
    List<Client> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        clients.add(new Client(port()));
      }
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (workers().getFirst().connections() < 50) {
        assertThat(System.nanoTime()).isLessThan(end);
      }
      for (Client each : clients) {
        each.close();
      }
      while (workers().getFirst().connections() > 0) {
        assertThat(System.nanoTime()).isLessThan(end);
      }
    } finally {
      for (Client each : clients) {
        each.close();
      }
    }
    assertThat(events).noneMatch(WorkerEvent::isFailure);
    try (var client = new Client(port())) {
      assertThat(client.ask()).isEqualTo(worker);
    }
  }

  @Test
  void aGroupWhoseWorkersDieAtEveryStartGivesUp() throws Exception {
    start(
        2,
        group ->
            group.withRestarts(
                RestartLimits.defaults()
                    .withWaits(Duration.ofMillis(1), Duration.ofMillis(10))
                    .withDeaths(2, Duration.ofSeconds(300))));
    Files.createFile(broken());
    signal("KILL", processes().getFirst());
    assertThatThrownBy(() -> call(() -> group.over()))
        .isInstanceOf(WorkersFailed.class)
        .hasMessage("5 workers have died within 300 s, the last of them worker 1: exit status 3");
    assertThat(next(WorkerEvent.GaveUp.class).why()).startsWith("5 workers have died");
    assertThat(workers()).isEmpty();
  }

  @Test
  void oneThatEndsBeforeItServesFailsTheStart() throws Exception {
    Files.createFile(broken());
    assertThatThrownBy(() -> start(2, group -> group))
        .isInstanceOf(WorkersFailed.class)
        .hasMessageMatching("worker [12]: exit status 3 before it served");
  }

  @Test
  void aProgramThatIsNotThereFailsTheStart() {
    group = WorkerGroup.of(Command.of("/no/such/program"), 2);
    assertThatThrownBy(() -> call(() -> group.runIn(reactor)))
        .isInstanceOf(WorkersFailed.class)
        .hasMessageContaining("/no/such/program");
  }

  // ---- Restarts -------------------------------------------------------------------------------

  @Test
  void aRestartReplacesAllAndTwoAtOnceAreOne() throws Exception {
    start(2, group -> group);
    List<Long> before = processes();
    call(() -> Deferred.gather(List.of(group.restart(), group.restart())));
    assertThat(events.stream().filter(WorkerEvent.Started.class::isInstance)).hasSize(4);
    assertThat(serving()).hasSize(2).doesNotContainAnyElementsOf(before);
    try (var client = new Client(port())) {
      assertThat(client.ask()).isIn(serving());
    }
  }

  private List<Long> serving() throws Exception {
    return workers().stream()
        .filter(worker -> worker.state() == WorkerStatus.State.SERVING)
        .map(WorkerStatus::process)
        .toList();
  }

  @Test
  void aVersionThatDoesNotStartLeavesTheOldOneServing() throws Exception {
    start(2, group -> group);
    List<Long> before = processes();
    Files.createFile(broken());
    assertThatThrownBy(() -> call(() -> group.restart()))
        .isInstanceOf(WorkersFailed.class)
        .hasMessage("worker 1: exit status 3 before it served");
    assertThat(serving()).isEqualTo(before);
    try (var client = new Client(port())) {
      assertThat(client.ask()).isIn(before);
    }
  }

  // ---- What workers have ----------------------------------------------------------------------

  @Test
  void aWorkerHasNoDescriptorButItsOwn() throws Exception {
    Files.createFile(directory.resolve("held"));
    try (var file = Files.newInputStream(directory.resolve("held"));
        var socket = new Socket("127.0.0.2", idlePort())) {
      assertThat(file.available()).isZero();
      assertThat(socket.isConnected()).isTrue();
      start(2, group -> group);
      for (long process : processes()) {
        List<String> open = open(process);
        // The one that it says by that it serves may still be there, or that to say that it lives
        // not yet.
        for (int i = 0; i < 2_000 && count(open, "socket:") != 2; i++) {
          Thread.yield();
          open = open(process);
        }
        assertThat(open).noneMatch(name -> name.endsWith("/held"));
        // That of the other listener was passed, and closed when nobody had asked for it.
        assertThat(count(open, "socket:")).isEqualTo(2);
        // Its parent's, and this process's output and errors.
        assertThat(count(open, "pipe:")).isBetween(1L, 3L);
      }
    }
  }

  @Test
  void whatNobodyAsksForIsAcceptedFromByWhoListensAtTheSame() throws Exception {
    start(1, group -> group.listening(ENDPOINT)); // and the worker listens once
    List<Integer> ports =
        call(() -> Deferred.succeeded(group.listeners().stream().map(Listener::port).toList()));
    assertThat(ports).hasSize(2).doesNotHaveDuplicates();
    for (int port : ports) {
      try (var client = new Client(port)) {
        assertThat(client.ask()).isEqualTo(processes().getFirst());
      }
    }
  }

  private static long count(List<String> open, String kind) {
    return open.stream().filter(name -> name.startsWith(kind)).distinct().count();
  }

  private static List<String> open(long process) throws IOException {
    List<String> open = new ArrayList<>();
    try (var links = Files.newDirectoryStream(Path.of("/proc/" + process + "/fd"))) {
      for (Path each : links) {
        try {
          open.add(Files.readSymbolicLink(each).toString());
        } catch (NoSuchFileException e) {
          // closed meanwhile
        }
      }
    }
    return open;
  }

  private int idlePort() throws Exception {
    return call(() -> reactor.listen("tcp:0:interface=127.0.0.2", transport -> data -> {})).port();
  }
}
