package io.tendril.adapters.jdbc;

import io.tendril.testing.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL server of a test's own, with its data in a directory of its own. */
final class Postgres implements AutoCloseable {
  private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
  private static final String USER = "postgres";

  private final Path programs;
  private final Path directory;
  private final int port;
  private Program.Running server;

  private Postgres(Path programs, Path directory, int port) {
    this.programs = programs;
    this.directory = directory;
    this.port = port;
  }

  /** Makes a cluster and starts its server; skips the test, or fails it, if there is none. */
  static Postgres start() throws Exception {
    Program.need(Files.isDirectory(INSTALLED), "postgresql");
    Path programs;
    try (var versions = Files.list(INSTALLED)) {
      programs =
          versions
              .map(version -> version.resolve("bin"))
              .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
              .max(Comparator.naturalOrder())
              .orElse(INSTALLED);
    }
    Program.need(Files.isExecutable(programs.resolve("initdb")), "postgresql");
    Path directory = Files.createTempDirectory("pg");
    if (isRoot()) {
      var users = directory.getFileSystem().getUserPrincipalLookupService();
      Files.setOwner(directory, users.lookupPrincipalByName(USER));
    }
    var postgres = new Postgres(programs, directory, freePort());
    try {
      postgres
          .run(
              "initdb",
              "-D",
              "" + postgres.data(),
              "-A",
              "trust",
              "-U",
              "test",
              "-N",
              "--no-locale",
              "-E",
              "UTF8")
          .awaitEnd()
          .succeeded();
      postgres.up();
      return postgres;
    } catch (Throwable e) {
      postgres.close();
      throw e;
    }
  }

  /** A port that is free now: the server itself takes no 0. */
  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private Path data() {
    return directory.resolve("data");
  }

  /** Starts one of its programs, which refuse to run as root. */
  private Program.Running run(String program, String... arguments) throws IOException {
    var all = new ArrayList<String>();
    if (isRoot()) {
      all.addAll(List.of("--reuid=" + USER, "--regid=" + USER, "--init-groups"));
      all.add("" + programs.resolve(program));
    }
    all.addAll(List.of(arguments));
    var runner = Program.named(isRoot() ? "setpriv" : "" + programs.resolve(program));
    return runner.in(directory).start(all.toArray(String[]::new));
  }

  /** Starts the server, and waits until it answers. */
  void up() throws Exception {
    server =
        run(
            "postgres",
            "-D",
            "" + data(),
            "-p",
            "" + port,
            "-h",
            "127.0.0.1",
            "-k",
            "" + directory,
            "-c",
            "fsync=off",
            "-c",
            "full_page_writes=off");
    server.awaitOutput("database system is ready to accept connections");
  }

  /** Ends the server as a power cut would. */
  void kill() throws Exception {
    var children = server.process().descendants().toList();
    server.process().destroyForcibly().waitFor(30, TimeUnit.SECONDS);
    for (var child : children) {
      child.destroyForcibly();
      child.onExit().get(30, TimeUnit.SECONDS);
    }
    server.close();
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  LiveDatabase open(DatabaseOptions options) {
    return new LiveDatabase(Database.hikari(url(), "test", "hush", options));
  }

  @Override
  public void close() throws Exception {
    if (server != null) {
      if (server.process().isAlive()) {
        try (var stop = run("pg_ctl", "stop", "-D", "" + data(), "-m", "immediate")) {
          stop.awaitEnd();
        }
      }
      server.close();
    }
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
