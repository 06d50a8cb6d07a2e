package io.tendril.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectFailed;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.http.Body;
import io.tendril.http.Reply;
import io.tendril.http.Request;
import io.tendril.http.Response;
import io.tendril.testing.Fault;
import io.tendril.testing.MemoryHost;
import io.tendril.testing.Simulation;
import io.tendril.testing.SimulationTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * The HTTP server on a bad network: no response is mixed up, none is cut short unnoticed, and
 * nothing is left over, neither connections nor timers, buffers or open files. Clients send ahead,
 * pause, half close, leave in the middle.
 */
class HttpSimulationTest {
  /** Files that are answered from memory, and others that the kernel sends. */
  private static final int[] FILES = {0, 700, 5_000, 17_000, 90_000};

  @TempDir private static Path root;

  @BeforeAll
  static void writeFiles() throws IOException {
    Path directory = Files.createDirectory(root.resolve("files"));
    for (int size : FILES) {
      Path file = Files.writeString(directory.resolve(size + ".txt"), fileContent(size));
      Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L));
    }
  }

  private static String fileContent(int size) {
    return content("f" + size, size).substring(0, size);
  }

  private final StaticFiles files =
      StaticFiles.of(root).withCache(FileCacheLimits.defaults().withMemory(12_000, 6_000));

  /** Ways to ask for the same: content that depends on the request, and comes in different ways. */
  private Reply answer(Request request) {
    begun.add(String.valueOf(request.query()));
    if (request.path().startsWith("/files/")) {
      return files.handle(request);
    }
    String[] parts = request.path().substring(1).split("/");
    int size = parts.length > 2 ? Integer.parseInt(parts[2]) : 0;
    String id = parts[1];
    return switch (parts[0]) {
      case "plain" -> Response.plain(content(id, size));
      case "late" ->
          new Reply.Later(
              Reactor.current()
                  .after(ofMillis(size % 700))
                  .thenApply(_ -> Response.plain(content(id, size))));
      case "pool" ->
          new Reply.Later(Reactor.current().deferToThread(() -> Response.plain(content(id, size))));
      case "flow" ->
          Response.of(200)
              .withBody(
                  Body.written(sink -> {
                    String all = content(id, size);
                    int half = all.length() / 2;
                    return sink.send(all.substring(0, half))
                        .thenCompose(_ -> Reactor.current().after(ofMillis(size % 300)))
                        .thenCompose(_ -> sink.send(all.substring(half)));
                  }));
      case "echo" ->
          new Reply.Later(request.text().thenApply(text -> Response.plain(id + ":" + text)));
      case "ignore" -> Response.plain(content(id, size));
      default -> Response.failure(404);
    };
  }

  private static String content(String id, int size) {
    String unit = id + ".";
    return unit.repeat(1 + size / unit.length());
  }

  /** What a client waits for. */
  private record Expected(String id, int status, String content, boolean head) {}

  /** Asks several things ahead, and reads the answers. */
  private final class Client implements Protocol {
    final Transport transport;
    private final RandomGenerator random;
    private final String name;
    private final Deque<Expected> waiting = new ArrayDeque<>();
    private final StringBuilder input = new StringBuilder();
    private int left;
    private int asked;
    @Nullable ConnectionClosed lost;
    boolean closing;

    Client(Transport transport, RandomGenerator random, String name) {
      this.transport = transport;
      this.random = random;
      this.name = name;
      this.left = 1 + random.nextInt(12);
    }

    @Override
    public void connectionMade() {
      ask();
    }

    private void ask() {
      if (lost != null || closing) {
        return;
      }
      for (int count = 1 + random.nextInt(4); count > 0 && left > 0; count--, left--) {
        request();
      }
      if (left > 0) {
        var _ = transport.callLater(ofMillis(random.nextInt(2_000)), this::ask);
      } else {
        switch (random.nextInt(8)) {
          case 0 -> transport.shutdownOutput();
          case 1 -> {
            closing = true;
            transport.loseConnection();
          }
          case 2 -> {
            closing = true;
            transport.abortConnection();
          }
          default -> {}
        }
      }
    }

    private void request() {
      String id = name + "-" + asked++;
      int size = random.nextInt(1 << random.nextInt(1, 17));
      String last = left == 1 && random.nextBoolean() ? "Connection: close\r\n" : "";
      switch (random.nextInt(10)) {
        case 0 -> send("GET", "plain", id, size, last, "", content(id, size));
        case 1 -> send("GET", "late", id, size, last, "", content(id, size));
        case 2 -> send("GET", "pool", id, size, last, "", content(id, size));
        case 3 -> send("GET", "flow", id, size, last, "", content(id, size));
        case 4 -> send("HEAD", "plain", id, size, last, "", "");
        case 5 -> {
          String text = content("b" + id, Math.min(size, 60_000));
          send(
              "POST",
              "echo",
              id,
              0,
              last + "Content-Length: " + text.length() + "\r\n",
              text,
              id + ":" + text);
        }
        case 6 -> file("GET", id, last);
        case 7 -> file("HEAD", id, last);
        case 8 -> part(id, last);
        default -> {
          String text = content("c" + id, Math.min(size, 20_000));
          String chunk = Integer.toHexString(text.length()) + "\r\n" + text + "\r\n0\r\n\r\n";
          boolean read = random.nextBoolean();
          send(
              "POST",
              read ? "echo" : "ignore",
              id,
              0,
              last + "Transfer-Encoding: chunked\r\n",
              chunk,
              read ? id + ":" + text : content(id, 0));
        }
      }
    }

    private void file(String method, String id, String last) {
      int size = FILES[random.nextInt(FILES.length)];
      boolean head = method.equals("HEAD");
      waiting.add(new Expected(id, 200, head ? "" : fileContent(size), head));
      write(method, "/files/" + size + ".txt?" + id, last, "");
    }

    private void part(String id, String last) {
      int size = FILES[1 + random.nextInt(FILES.length - 1)];
      int from = random.nextInt(size);
      int to = from + random.nextInt(size - from);
      waiting.add(new Expected(id, 206, fileContent(size).substring(from, to + 1), false));
      write(
          "GET",
          "/files/" + size + ".txt?" + id,
          "Range: bytes=" + from + "-" + to + "\r\n" + last,
          "");
    }

    private void send(
        String method,
        String way,
        String id,
        int size,
        String fields,
        String body,
        String content) {
      waiting.add(new Expected(id, 200, content, method.equals("HEAD")));
      write(method, "/" + way + "/" + id + "/" + size + "?" + id, fields, body);
    }

    private void write(String method, String target, String fields, String body) {
      transport.write(
          method + " " + target + " HTTP/1.1\r\nHost: server\r\n" + fields + "\r\n" + body);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      input.append(ISO_8859_1.decode(data));
      while (takeResponse()) {}
    }

    private boolean takeResponse() {
      int end = input.indexOf("\r\n\r\n");
      if (end < 0) {
        return false;
      }
      String head = input.substring(0, end);
      Expected expected = waiting.peek();
      assertThat(expected).as("an answer that nobody has asked for: " + head).isNotNull();
      assertThat(head).startsWith("HTTP/1.1 " + expected.status + " ");
      String content;
      int next;
      if (expected.head) {
        content = "";
        next = end + 4;
      } else if (head.contains("Transfer-Encoding: chunked")) {
        var all = new StringBuilder();
        int at = end + 4;
        while (true) {
          int line = input.indexOf("\r\n", at);
          if (line < 0) {
            return false;
          }
          int size = Integer.parseInt(input.substring(at, line), 16);
          if (input.length() < line + 2 + size + 2) {
            return false;
          }
          all.append(input, line + 2, line + 2 + size);
          at = line + 2 + size + 2;
          if (size == 0) {
            break;
          }
        }
        content = all.toString();
        next = at;
      } else {
        int length = Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
        next = end + 4 + length;
        if (input.length() < next) {
          return false;
        }
        content = input.substring(end + 4, next);
      }
      assertThat(content.equals(expected.content))
          .as(
              "the answer to %s: %s",
              expected.id, content.substring(0, Math.min(40, content.length())))
          .isTrue();
      waiting.remove();
      begun.remove(expected.id);
      input.delete(0, next);
      return true;
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      lost = reason;
      if (reason.isClean() && !closing) { // the server is never killed
        assertThat(input).as("a response that has no end").isEmpty();
      }
    }

    /** It has left, and does not want what it has asked for. */
    void forget() {
      waiting.forEach(each -> begun.remove(each.id));
    }

    boolean isServed() {
      return waiting.isEmpty() && left == 0;
    }
  }

  private final List<Client> clients = new ArrayList<>();

  /** What the server has begun to answer, and its client has not had the end of. */
  private final Set<String> begun = new LinkedHashSet<>();

  private final List<Listener> listeners = new ArrayList<>();
  private int refused;

  private void client(Simulation net, int number) {
    MemoryHost host = net.host("client " + number);
    var random = net.random();
    Duration begin = ofMillis(random.nextInt(10_000));
    host.run(reactor ->
        reactor
            .after(begin)
            .thenCompose(
                _ -> reactor.connect("tcp:server:80", t -> new Client(t, random, "c" + number)))
            .thenAccept(clients::add)
            .exceptionally(
                ConnectFailed.class,
                _ -> {
                  refused++;
                  return null;
                }));
  }

  private void serve(Simulation net) {
    net.host("server")
        .run(reactor ->
            HttpServer.of(this::answer).listen(reactor, "tcp:80").thenAccept(listeners::add));
  }

  @SimulationTest(
      seeds = 100,
      expect = {Fault.LOSS, Fault.STALL, Fault.PAUSE})
  void eachAnswerIsThatOfItsRequest(Simulation net) throws IOException {
    serve(net);
    for (int i = 0; i < 5; i++) {
      client(net, i);
      net.link(net.host("client " + i), net.host("server"))
          .latency(ofMillis(1), ofMillis(50))
          .loss(0.01)
          .stalls();
    }
    net.host("server").pauses();
    net.runFor(ofSeconds(30));
    net.heal();
    net.runFor(ofMinutes(3));
    assertThat(clients).hasSize(5).allMatch(client -> client.isServed() || client.closing);
    assertThat(clients).as("idle connections close").allMatch(client -> client.lost != null);
    end(net);
  }

  @SimulationTest(
      seeds = 100,
      expect = {Fault.RESET, Fault.PARTITION, Fault.KILL, Fault.POWER_LOSS, Fault.REFUSAL})
  void nothingIsLeftOfConnectionsThatBreak(Simulation net) throws IOException {
    serve(net);
    for (int i = 0; i < 5; i++) {
      client(net, i);
      net.link(net.host("client " + i), net.host("server"))
          .latency(ofMillis(1), ofMillis(50))
          .resets(0.003)
          .refusals(0.05)
          .partitions();
      net.host("client " + i).crashes();
    }
    net.runFor(ofSeconds(60));
    for (int i = 0; i < 5; i++) {
      net.host("client " + i).kill();
    }
    net.link(net.host("client 0"), net.host("server")).heal();
    net.runFor(ofMinutes(20));
    end(net);
  }

  /** The server drains when it is told to, whatever its clients are doing. */
  @SimulationTest(seeds = 100)
  void aServerThatStopsAnswersWhatItHasBegun(Simulation net) throws IOException {
    serve(net);
    for (int i = 0; i < 5; i++) {
      client(net, i);
      net.link(net.host("client " + i), net.host("server")).latency(ofMillis(1), ofMillis(50));
    }
    net.runFor(ofMillis(net.random().nextInt(12_000)));
    net.host("server").reactor().stop();
    net.runFor(ofSeconds(60));
    assertThat(clients).allMatch(client -> client.lost != null);
    clients.stream().filter(client -> client.closing).forEach(Client::forget);
    assertThat(begun).isEmpty();
    net.assertNothingLeft();
    assertThat(openFiles()).isEmpty();
  }

  /** All connections are gone: what is left is not waited for, nor taken away by a shutdown. */
  private void end(Simulation net) throws IOException {
    net.host("server")
        .reactor()
        .execute(() -> {
          var _ = listeners.getFirst().close();
        });
    net.assertNothingLeft();
    net.host("server").reactor().stop();
    net.runFor(ofSeconds(1));
    assertThat(openFiles()).isEmpty();
  }

  /** The files below the root that this process has open, where that can be told. */
  private static List<String> openFiles() throws IOException {
    List<String> open = new ArrayList<>();
    Path descriptors = Path.of("/proc/self/fd");
    if (Files.isDirectory(descriptors)) {
      try (var all = Files.newDirectoryStream(descriptors)) {
        for (Path each : all) {
          String file = target(each);
          if (file.startsWith(root.toRealPath().toString())) {
            open.add(file);
          }
        }
      }
    }
    return open;
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }
}
