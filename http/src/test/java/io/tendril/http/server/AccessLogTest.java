package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Reactor;
import io.tendril.http.Body;
import io.tendril.http.Headers;
import io.tendril.http.Request;
import io.tendril.testing.MemoryNetwork;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines of the access log, and when they are written. */
class AccessLogTest {
  private static final Exchange EXCHANGE = exchange("/a", "Referer", "r", "User-Agent", "u");

  private final MemoryNetwork network = new MemoryNetwork();
  private final Reactor reactor = network.host("server").reactor();

  /** Which closes its files. */
  @AfterEach
  void stop() {
    if (reactor.state() != Reactor.State.STOPPED) {
      reactor.execute(reactor::stop);
      pass(Duration.ofMinutes(1));
    }
  }

  private static Exchange exchange(String target, String... fields) {
    return new Exchange(
        new InetSocketAddress("192.0.2.1", 4711),
        Request.of("GET", target, Headers.of(fields), Body.empty()),
        200,
        5,
        true,
        Instant.parse("1994-11-06T08:49:37Z"),
        Duration.ofNanos(1_002_003_999));
  }

  /** One whose request could not be understood. */
  private static Exchange refused(Instant ended) {
    return new Exchange(EXCHANGE.peer(), null, 400, 16, false, ended, Duration.ofMinutes(2));
  }

  private static String line(Exchange exchange) {
    var line = new StringBuilder();
    new LogLines(AccessLog.Format.COMBINED).append(line, exchange);
    return line.toString();
  }

  @Test
  void writesTheCombinedFormat() {
    assertThat(line(EXCHANGE))
        .isEqualTo(
            "192.0.2.1 - - [06/Nov/1994:08:49:37 +0000] \"GET /a HTTP/1.1\" 200 5 \"r\" \"u\"\n");
  }

  @Test
  void writesADashForWhatIsNotThere() {
    assertThat(line(refused(EXCHANGE.ended())))
        .isEqualTo("192.0.2.1 - - [06/Nov/1994:08:49:37 +0000] \"-\" 400 16 \"-\" \"-\"\n");
  }

  @Test
  void letsNothingEndALineOrAQuote() {
    assertThat(line(exchange("/\"\\", "User-Agent", "a\"b\tc\u00e4")))
        .contains("\"GET /\\\"\\\\ HTTP/1.1\"")
        .endsWith("\"a\\\"b\\x09c\\xe4\"\n");
  }

  @Test
  void writesInALittleWhile() {
    var out = new StringWriter();
    reactor.execute(() -> AccessLog.to(reactor, out).ended(EXCHANGE));
    network.clock().advance(Duration.ofSeconds(1));
    assertThat(out.toString()).isEqualTo(line(EXCHANGE));
  }

  @Test
  void writesWhatIsLeftWhenTheReactorStops() {
    var out = new StringWriter();
    reactor.execute(() -> {
      AccessLog.to(reactor, out).ended(EXCHANGE);
      reactor.stop();
    });
    network.clock().advance(Duration.ofSeconds(1));
    assertThat(out.toString()).isEqualTo(line(EXCHANGE));
  }

  @Test
  void appendsToAFile(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("log");
    Files.writeString(file, "before\n");
    reactor.execute(() -> AccessLog.open(reactor, file).thenAccept(log -> log.ended(EXCHANGE)));
    network.clock().advance(Duration.ofSeconds(1));
    assertThat(file).hasContent("before\n" + line(EXCHANGE));
  }

  @Test
  void goesOnInANewFileWhenTheOldOneIsMoved(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("log");
    Path moved = directory.resolve("log.1");
    var logs = new AccessLog[1];
    reactor.execute(() -> AccessLog.open(reactor, file).thenAccept(log -> logs[0] = log));
    network.clock().advance(Duration.ofSeconds(1));
    reactor.execute(() -> logs[0].ended(EXCHANGE));
    network.clock().advance(Duration.ofSeconds(1));
    Files.move(file, moved);
    reactor.execute(() -> logs[0].ended(exchange("/b")));
    network.clock().advance(Duration.ofSeconds(1));
    reactor.execute(() -> {
      var _ = logs[0].reopen();
    });
    network.clock().advance(Duration.ofSeconds(1));
    reactor.execute(() -> logs[0].ended(exchange("/c")));
    network.clock().advance(Duration.ofSeconds(1));
    assertThat(moved).hasContent(line(EXCHANGE) + line(exchange("/b")));
    assertThat(file).hasContent(line(exchange("/c")));
    assertThat(logs[0].dropped()).isZero();
  }

  @Test
  void keepsTheOldFileIfThereCanBeNoNewOne(@TempDir Path directory) throws IOException {
    Path file = Files.createDirectory(directory.resolve("a")).resolve("log");
    var logs = new AccessLog[1];
    var failures = new ArrayList<Throwable>();
    reactor.execute(() -> AccessLog.open(reactor, file).thenAccept(log -> logs[0] = log));
    network.clock().advance(Duration.ofSeconds(1));
    Path moved = directory.resolve("b");
    Files.move(file.getParent(), moved);
    reactor.execute(() -> {
      var _ =
          logs[0]
              .reopen()
              .exceptionally(failure -> {
                failures.add(failure);
                return null;
              });
    });
    network.clock().advance(Duration.ofSeconds(1));
    reactor.execute(() -> logs[0].ended(EXCHANGE));
    network.clock().advance(Duration.ofSeconds(1));
    assertThat(failures).singleElement().isInstanceOf(IOException.class);
    assertThat(moved.resolve("log")).hasContent(line(EXCHANGE));
  }

  @Test
  void writesJson() {
    var line = new StringBuilder();
    var lines = new LogLines(AccessLog.Format.JSON);
    lines.append(line, exchange("/a", "Host", "h", "Referer", "r\"\\", "User-Agent", "\u00e4\t"));
    assertThat(line.toString())
        .isEqualTo(
            "{\"time\":\"1994-11-06T08:49:37Z\",\"peer\":\"192.0.2.1\",\"method\":\"GET\","
                + "\"target\":\"/a\",\"version\":\"HTTP/1.1\",\"status\":200,\"octets\":5,"
                + "\"complete\":true,\"duration\":1.002003,\"host\":\"h\",\"referer\":\"r\\\"\\\\\","
                + "\"user_agent\":\"\\u00e4\"}\n");
    line.setLength(0);
    lines.append(line, refused(EXCHANGE.ended().plusMillis(5)));
    assertThat(line.toString())
        .isEqualTo(
            "{\"time\":\"1994-11-06T08:49:37.005Z\",\"peer\":\"192.0.2.1\",\"status\":400,"
                + "\"octets\":16,\"complete\":false,\"duration\":120.000000}\n");
  }

  @Test
  void namesEachSecond() {
    var line = new StringBuilder();
    var lines = new LogLines(AccessLog.Format.COMBINED);
    for (int i = 0; i < 3; i++) {
      Instant ended = EXCHANGE.ended().plusMillis(700L * i);
      lines.append(line, refused(ended));
    }
    assertThat(line.toString().lines().map(text -> text.substring(27, 35)))
        .containsExactly("08:49:37", "08:49:37", "08:49:38");
  }

  // ---- Lost lines -----------------------------------------------------------------------------

  private final List<AccessLog.LinesLost> said = new ArrayList<>();

  /** Lets time pass; what is said of lost lines comes out of the clock as an error, too. */
  private void pass(Duration time) {
    try {
      network.clock().advance(time);
    } catch (AssertionError lost) {
      assertThat(lost).hasMessageContaining("LinesLost");
    }
  }

  private void hear() {
    network.observe(event -> {
      if (event instanceof AccessLog.LinesLost lost) {
        said.add(lost);
      }
    });
  }

  @Test
  void dropsCountsAndReportsWhatItCannotKeep() {
    hear();
    var logs = new AccessLog[1];
    reactor.execute(() -> {
      logs[0] = AccessLog.to(reactor, new StringWriter());
      for (int i = 0; i < 30_000; i++) {
        logs[0].ended(EXCHANGE);
      }
    });
    pass(Duration.ZERO);
    long kept = (1 << 20) / line(EXCHANGE).length();
    assertThat(logs[0].dropped()).isBetween(30_000 - kept - 2, 30_000 - kept + 2);
    assertThat(said).containsExactly(new AccessLog.LinesLost(1, null));
    reactor.execute(reactor::stop);
    pass(Duration.ofMinutes(1));
    assertThat(said).hasSize(2);
    assertThat(said.get(1).lines()).isEqualTo(logs[0].dropped() - 1);
  }

  @Test
  void reportsWhatCannotBeWrittenOnceInAWhile() {
    hear();
    var logs = new AccessLog[1];
    reactor.execute(() -> logs[0] = AccessLog.to(reactor, new FullDisk()));
    for (int i = 0; i < 30; i++) {
      reactor.execute(() -> logs[0].ended(EXCHANGE));
      pass(Duration.ofSeconds(1));
    }
    assertThat(logs[0].dropped()).isEqualTo(30);
    assertThat(said).extracting(AccessLog.LinesLost::lines).containsExactly(1L, 10L, 10L);
    assertThat(said.getFirst().failure()).hasMessage("No space left on device");
  }

  private static final class FullDisk extends Writer {
    @Override
    public void write(char[] buffer, int from, int length) throws IOException {
      throw new IOException("No space left on device");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
