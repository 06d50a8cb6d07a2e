package io.tendril.benchmarks.tls;

import io.netty.util.Version;
import io.tendril.benchmarks.http.Get;
import io.tendril.benchmarks.load.Comparison;
import io.tendril.benchmarks.load.Exchange;
import io.tendril.benchmarks.load.ServerProcess;
import io.tendril.core.tls.CertificateAuthority;
import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * HTTPS, TLS 1.3 with X25519, AES-128-GCM or better, and a P-256 certificate: Tendril with
 * BoringSSL and with the JDK's engine beside Netty with netty-tcnative, which is the same
 * BoringSSL.
 */
final class TlsComparison {
  private static final int CONNECTIONS = 64;
  private static final int LARGE = 1 << 20;
  private static final int SMALL = 13;
  private static final int IDLE = 10_000;
  private static final List<String> ALL = List.of("full", "resumed", "request", "bulk", "idle");

  private final Path directory;
  private final int rounds;

  private TlsComparison(Path directory, int rounds) {
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
      Files.writeString(directory.resolve("cert.pem"), Pem.write(identity.chain()));
      Files.writeString(directory.resolve("key.pem"), Pem.write(identity.key()));
      var comparison = new TlsComparison(directory, rounds);
      for (String each : what.equals("all") ? ALL : List.of(what)) {
        System.out.println(each);
        comparison.run(each);
      }
    } finally {
      for (String file : List.of("cert.pem", "key.pem")) {
        Files.deleteIfExists(directory.resolve(file));
      }
      Files.delete(directory);
    }
  }

  private void run(String what) throws Exception {
    switch (what) {
      case "full" -> compare(TlsLoad.Use.FULL, SMALL, CONNECTIONS);
      case "resumed" -> compare(TlsLoad.Use.RESUMED, SMALL, CONNECTIONS);
      case "request" -> compare(TlsLoad.Use.KEPT, SMALL, CONNECTIONS);
      case "bulk" -> compare(TlsLoad.Use.KEPT, LARGE, 8);
      case "idle" -> idle();
      default -> throw new IllegalArgumentException(what + " is none of " + ALL);
    }
  }

  private ServerProcess tendril(String engine, int size, String... options) throws IOException {
    return ServerProcess.start(
        options(options), TendrilTls.class, file("cert.pem"), file("key.pem"), engine, "" + size);
  }

  private ServerProcess netty(int size, String... options) throws IOException {
    return ServerProcess.start(
        options(options), NettyTls.class, file("cert.pem"), file("key.pem"), "" + size);
  }

  private static List<String> options(String... given) {
    return given.length > 0 ? List.of(given) : List.of("-Xms256m", "-Xmx256m");
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private static String nettyVersion() {
    return "Netty " + Version.identify().get("netty-transport").artifactVersion() + ", tcnative";
  }

  private void compare(TlsLoad.Use use, int size, int connections) throws Exception {
    try (var fast = tendril("BoringSSL", size);
        var netty = netty(size);
        var jdk = tendril("JDK", size)) {
      var comparison =
          new Comparison((port, exchange) -> new TlsLoad(port, exchange, connections, use));
      comparison.add("Tendril, BoringSSL", fast, exchange(fast, size));
      comparison.add(nettyVersion(), netty, exchange(netty, size));
      comparison.add("Tendril, JDK", jdk, exchange(jdk, size));
      comparison.run(rounds);
    }
  }

  /** What is asked of a server, and what it answers. */
  private static Exchange exchange(ServerProcess server, int size)
      throws IOException, GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Trusting()}, new SecureRandom());
    return Get.of(
        context.getSocketFactory().createSocket("127.0.0.1", server.port()),
        "/",
        "x".repeat(size).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  /** The servers are this process's own. */
  private static final class Trusting implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private void idle() throws Exception {
    try (var fast = tendril("BoringSSL", SMALL, "-Xms256m", "-Xmx1g")) {
      idle("Tendril, BoringSSL", fast);
    }
    try (var netty = netty(SMALL, "-Xms256m", "-Xmx1g")) {
      idle(nettyVersion(), netty);
    }
    try (var jdk = tendril("JDK", SMALL, "-Xms256m", "-Xmx1g")) {
      idle("Tendril, JDK", jdk);
    }
  }

  private static void idle(String name, ServerProcess server) throws Exception {
    try (var load = new TlsLoad(server.port(), exchange(server, SMALL), 0, TlsLoad.Use.ONCE)) {
      load.grow(500);
      long heap = server.heap();
      long resident = server.resident();
      load.grow(IDLE);
      System.out.printf(
          Locale.ROOT,
          "%-24s %d idle connections: %.0f bytes of heap and %.0f of memory in all, each%n",
          name,
          IDLE,
          (double) (server.heap() - heap) / IDLE,
          (double) (server.resident() - resident) / IDLE);
    }
  }
}
