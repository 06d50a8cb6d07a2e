package io.tendril.benchmarks.forward;

import io.tendril.benchmarks.echo.NativeEcho;
import io.tendril.benchmarks.load.ClosedLoop;
import io.tendril.benchmarks.load.Comparison;
import io.tendril.benchmarks.load.Exchange;
import io.tendril.benchmarks.load.Load;
import io.tendril.benchmarks.load.ServerProcess;
import io.tendril.benchmarks.load.ShortLoop;
import io.tendril.benchmarks.tls.TlsLoads;
import io.tendril.core.tls.CertificateAuthority;
import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * {@code tendril portforward} beside HAProxy in its mode of TCP, with one thread: processor time
 * for each message that goes through and comes back, and for each connection. Behind both is an
 * echo server in C, on the generator's core.
 */
final class ForwardComparison {
  private static final int CONNECTIONS = 64;
  private static final int LARGE = 16 << 10;
  private static final int SMALL = 16;
  private static final List<String> ALL = List.of("bytes", "connections", "tls");

  private static final String HAPROXY =
      """
      global
        nbthread 1
        maxconn 4096
      defaults
        mode tcp
        timeout connect 5s
        timeout client 60s
        timeout server 60s
      %s
      frontend front
        bind 127.0.0.1:%d%s
        default_backend back
      backend back
        server one 127.0.0.1:%d
      """;

  private final Path directory;
  private final int rounds;

  private ForwardComparison(Path directory, int rounds) {
    this.directory = directory;
    this.rounds = rounds;
  }

  public static void main(String[] arguments) throws Exception {
    String what = arguments.length > 0 ? arguments[0] : "all";
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 9;
    Path directory = Files.createTempDirectory("tendril-benchmark");
    try {
      TlsIdentity identity =
          CertificateAuthority.create("benchmarks", Instant.now()).issue("localhost", "127.0.0.1");
      Files.writeString(
          directory.resolve("both.pem"), Pem.write(identity.chain()) + Pem.write(identity.key()));
      var comparison = new ForwardComparison(directory, rounds);
      for (String each : what.equals("all") ? ALL : List.of(what)) {
        System.out.println(each);
        comparison.run(each);
      }
    } finally {
      for (String file : List.of("both.pem", "haproxy.cfg")) {
        Files.deleteIfExists(directory.resolve(file));
      }
      Files.delete(directory);
    }
  }

  private void run(String what) throws Exception {
    switch (what) {
      case "bytes" ->
          compare((port, exchange) -> new ClosedLoop(port, CONNECTIONS, 1, exchange), LARGE, false);
      case "connections" ->
          compare((port, exchange) -> new ShortLoop(port, CONNECTIONS, exchange), SMALL, false);
      case "tls" ->
          compare((port, exchange) -> TlsLoads.kept(port, exchange, CONNECTIONS), LARGE, true);
      default -> throw new IllegalArgumentException(what + " is none of " + ALL);
    }
  }

  private void compare(Load.Source load, int size, boolean tls) throws Exception {
    Exchange exchange = Exchange.echo(size);
    try (var echo = NativeEcho.beside();
        var tendril = tendril(echo, tls);
        var haproxy = haproxy(echo, "", tls);
        var splicing = haproxy(echo, "option splice-auto", tls)) {
      var comparison = new Comparison(load);
      comparison.add("Tendril, linux", tendril, exchange);
      comparison.add("HAProxy", haproxy, exchange);
      comparison.add("HAProxy, splice-auto", splicing, exchange);
      comparison.run(rounds);
    }
  }

  private ServerProcess tendril(ServerProcess echo, boolean tls) throws Exception {
    int port = ServerProcess.freePort();
    String pem = directory.resolve("both.pem").toString();
    String listen =
        (tls ? "tls:" : "tcp:")
            + port
            + ":interface=127.0.0.1"
            + (tls ? ":cert=" + pem + ":key=" + pem : "");
    return ServerProcess.start(
        TendrilForward.class,
        "" + port,
        "--listen",
        listen,
        "--to",
        "tcp:127.0.0.1:" + echo.port());
  }

  private ServerProcess haproxy(ServerProcess echo, String option, boolean tls) throws Exception {
    int port = ServerProcess.freePort();
    Path configuration = directory.resolve("haproxy.cfg"); // read before this returns
    String secured = tls ? " ssl crt " + directory.resolve("both.pem") : "";
    Files.writeString(configuration, HAPROXY.formatted("  " + option, port, secured, echo.port()));
    return ServerProcess.program(
        port, "/usr/sbin/haproxy", "-db", "-q", "-f", configuration.toString());
  }
}
