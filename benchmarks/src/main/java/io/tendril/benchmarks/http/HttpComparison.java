package io.tendril.benchmarks.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.util.Version;
import io.tendril.benchmarks.load.Comparison;
import io.tendril.benchmarks.load.Crowd;
import io.tendril.benchmarks.load.Engine;
import io.tendril.benchmarks.load.IdleHeap;
import io.tendril.benchmarks.load.ServerProcess;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * HTTP/1.1 on 64 connections: processor time per request and bytes allocated, Tendril beside its
 * peers. All servers share one core, the generator has the other.
 */
final class HttpComparison {
  private static final int CONNECTIONS = 64;
  private static final int IDLE = 8_000;
  private static final int CROWD = 10_000;
  private static final byte[] HELLO = "Hello, World!".getBytes(US_ASCII);
  private static final List<String> ALL =
      List.of("plaintext", "pipelined", "file-1k", "file-1m", "open", "crowded", "idle", "direct");

  private final Path directory;
  private final int rounds;

  private HttpComparison(Path directory, int rounds) {
    this.directory = directory;
    this.rounds = rounds;
  }

  public static void main(String[] arguments) throws Exception {
    String what = arguments.length > 0 ? arguments[0] : "all";
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 9;
    Path directory = Files.createTempDirectory("tendril-benchmark");
    try {
      var comparison = new HttpComparison(directory, rounds);
      for (String each : what.equals("all") ? ALL : List.of(what)) {
        comparison.run(each);
      }
    } finally {
      try (var files = Files.walk(directory)) {
        for (Path file : files.toList().reversed()) {
          Files.delete(file);
        }
      }
    }
  }

  private void run(String what) throws Exception {
    System.out.println(what);
    switch (what) {
      case "plaintext" -> plaintext(1);
      case "pipelined" -> plaintext(16);
      case "file-1k" -> file(1 << 10);
      case "file-1m" -> file(1 << 20);
      case "open" -> open();
      case "crowded" -> crowded();
      case "idle" -> idle();
      case "direct" -> direct();
      default -> throw new IllegalArgumentException(what + " is none of " + ALL);
    }
  }

  private void plaintext(int depth) throws Exception {
    try (var uring = ServerProcess.start(Engine.URING.options(), TendrilHttp.class, "0");
        var linux = ServerProcess.start(Engine.LINUX.options(), TendrilHttp.class, "0");
        var nio = ServerProcess.start(Engine.NIO.options(), TendrilHttp.class, "0");
        var netty = ServerProcess.start(NettyHttp.class);
        var vertx = ServerProcess.start(VertxHttp.class);
        var nginx = Programs.nginx(directory, true);
        var twisted = Programs.twisted(directory)) {
      var comparison = new Comparison(CONNECTIONS, depth);
      add(comparison, "Tendril, uring", uring, "/");
      add(comparison, "Tendril, linux", linux, "/");
      add(comparison, "Tendril, nio", nio, "/");
      add(comparison, "Netty " + nettyVersion() + ", epoll", netty, "/");
      add(comparison, "Vert.x " + Vertx.class.getPackage().getImplementationVersion(), vertx, "/");
      add(comparison, "nginx " + Programs.version("/usr/sbin/nginx", "-v"), nginx, "/hello");
      add(comparison, "Twisted " + twistedVersion(), twisted, "/");
      comparison.run(rounds);
    }
  }

  /** Handlers in direct style beside those with callbacks, and beside a server of threads. */
  private void direct() throws Exception {
    try (var callback = ServerProcess.start(TendrilHttp.class, "0");
        var direct = ServerProcess.start(DirectHttp.class, "at once");
        var plain = ServerProcess.startPlain(DirectHttp.class, "at once");
        var helidon = ServerProcess.startPlain(HelidonHttp.class)) {
      var comparison = new Comparison(CONNECTIONS, 1);
      add(comparison, "direct", direct, "/");
      add(comparison, "callback", callback, "/");
      add(comparison, "direct, no flags", plain, "/");
      add(comparison, "Helidon " + io.helidon.common.Version.VERSION, helidon, "/");
      comparison.run(rounds);
    }
    System.out.println("direct, each request waits once for another task of the loop");
    try (var callback = ServerProcess.start(DirectHttp.class, "callback");
        var direct = ServerProcess.start(DirectHttp.class, "await");
        var plain = ServerProcess.startPlain(DirectHttp.class, "await")) {
      var comparison = new Comparison(CONNECTIONS, 1);
      add(comparison, "direct", direct, "/");
      add(comparison, "callback", callback, "/");
      add(comparison, "direct, no flags", plain, "/");
      comparison.run(rounds);
    }
  }

  private static void add(Comparison to, String name, ServerProcess server, String target)
      throws IOException {
    to.add(name, server, Get.of(server.port(), target, HELLO));
  }

  private void file(int size) throws Exception {
    var content = new byte[size];
    for (int i = 0; i < size; i++) {
      content[i] = (byte) ('a' + i % 26);
    }
    Files.write(directory.resolve("file.txt"), content);
    String root = directory.toString();
    try (var linux = ServerProcess.start(Engine.LINUX.options(), TendrilHttp.class, "0", root);
        var nio = ServerProcess.start(Engine.NIO.options(), TendrilHttp.class, "0", root);
        var nginx = Programs.nginx(directory, true);
        var copying = Programs.nginx(directory, false)) {
      var comparison = new Comparison(CONNECTIONS, 1);
      String version = "nginx " + Programs.version("/usr/sbin/nginx", "-v");
      comparison.add("Tendril, linux", linux, Get.of(linux.port(), "/file.txt", content));
      comparison.add("Tendril, nio", nio, Get.of(nio.port(), "/file.txt", content));
      comparison.add(version, nginx, Get.of(nginx.port(), "/file.txt", content));
      comparison.add(
          version + ", no sendfile", copying, Get.of(copying.port(), "/file.txt", content));
      comparison.run(rounds);
    }
  }

  private void open() throws Exception {
    try (var tendril = ServerProcess.start(TendrilHttp.class, "0");
        var netty = ServerProcess.start(NettyHttp.class)) {
      Latency.compare(
          new Latency.Side("Tendril, nio,", tendril, Get.of(tendril.port(), "/", HELLO)),
          new Latency.Side(
              "Netty " + nettyVersion() + ", epoll,", netty, Get.of(netty.port(), "/", HELLO)),
          rounds);
    }
  }

  /** What many connections that do nothing cost those that do something. */
  private void crowded() throws Exception {
    try (var crowded = ServerProcess.start(TendrilHttp.class, "0");
        var alone = ServerProcess.start(TendrilHttp.class, "0");
        var crowd = new Crowd(crowded, Get.of(crowded.port(), "/", HELLO))) {
      crowd.grow(CROWD);
      Latency.compare(
          new Latency.Side(
              "beside " + CROWD + " idle connections",
              crowded,
              Get.of(crowded.port(), "/", HELLO),
              crowd::ask),
          new Latency.Side("without", alone, Get.of(alone.port(), "/", HELLO)),
          rounds);
      crowd.ask();
    }
  }

  private void idle() throws Exception {
    idle("Tendril, uring", Engine.URING.options(), TendrilHttp.class);
    idle("Tendril, linux", Engine.LINUX.options(), TendrilHttp.class);
    idle("Tendril, nio", Engine.NIO.options(), TendrilHttp.class);
    idle("Netty " + nettyVersion(), List.of(), NettyHttp.class);
  }

  private void idle(String name, List<String> options, Class<?> main) throws Exception {
    List<String> all = new ArrayList<>(options);
    all.add("-Xmx1g");
    try (var server = ServerProcess.start(all, main, "0")) {
      System.out.printf(
          "%s: %.0f bytes of heap for each of %d idle keep-alive connections%n",
          name, IdleHeap.each(server, Get.of(server.port(), "/", HELLO), IDLE), IDLE);
    }
  }

  private static String nettyVersion() {
    return Version.identify().get("netty-transport").artifactVersion();
  }

  private static String twistedVersion() throws IOException {
    return Programs.version(
        "/usr/bin/python3", "-c", "import twisted; print('is', twisted.__version__)");
  }
}
