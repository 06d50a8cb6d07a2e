package io.tendril.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.adapters.jdbc.Database;
import io.tendril.core.Connection;
import io.tendril.core.CoroutineScope;
import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.testing.MemoryNetwork;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The example with a database, over a network in memory. The database's threads are real, so the
 * virtual time stands still while the test waits for them.
 */
class VisitorsInMemoryTest {
  private static final String SERVER = "tcp:localhost:80";

  /** More rounds, of a millisecond at the most, than anything here takes. */
  private static final int ROUNDS = 60_000;

  static List<Arguments> cases() {
    return VisitorsTest.cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void countsEachVisitOnce(Style style, Place.Carrier carrier) throws Exception {
    carrier.run(() ->
        inMemory(reactor -> {
          var database = Database.hikari("jdbc:h2:mem:memory" + style + carrier, "sa", "");
          return database
              .start(reactor)
              .thenCompose(_ -> style.visitors(reactor, database))
              .thenCompose(server -> reactor.listen("tcp:80", server))
              .thenCompose(_ -> reactor.async(() -> visit(reactor)))
              .thenCompose(_ -> database.stop());
        }));
  }

  /** The visits, and what they leave behind. In a coroutine. */
  private static boolean visit(Reactor reactor) {
    assertThat(ask(reactor, "POST /visits/bob")).isEqualTo("201 bob has been here 1 times\n");
    Callable<String> visit = () -> ask(reactor, "POST /visits/ada");
    List<String> visits = CoroutineScope.gather(Collections.nCopies(20, visit));
    assertThat(visits)
        .doesNotHaveDuplicates()
        .allMatch(answer -> answer.startsWith("201 ada has been here "));
    assertThat(ask(reactor, "GET /visits/ada")).isEqualTo("200 20\n");
    assertThat(ask(reactor, "GET /visits/eve")).isEqualTo("404 nobody of that name\n");
    assertThat(ask(reactor, "GET /visits")).isEqualTo("200 ada 20\nbob 1\n");
    return true;
  }

  /** The status and the content of an answer. */
  private static String ask(Reactor reactor, String request) {
    try (Connection connection = reactor.connect(SERVER).await()) {
      String length = request.startsWith("POST") ? "Content-Length: 0\r\n" : "";
      connection.write(request + " HTTP/1.1\r\nHost: localhost\r\n" + length + "\r\n");
      String status = connection.readLine().split(" ")[1];
      int content = -1;
      for (String line; !(line = connection.readLine()).isEmpty(); ) {
        if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
          content = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
        }
      }
      return status + " " + US_ASCII.decode(connection.readFully(content));
    }
  }

  private static void inMemory(Reactor.Setup<Deferred<Void>> program) throws Exception {
    var network = new MemoryNetwork();
    var failure = new AtomicReference<Throwable>();
    var over = new CountDownLatch(1);
    network
        .host("localhost")
        .run(reactor ->
            program
                .start(reactor)
                .whenComplete((_, thrown) -> {
                  failure.set(thrown);
                  over.countDown();
                })
                .exceptionally(_ -> null));
    for (int i = 0; !over.await(1, TimeUnit.MILLISECONDS); i++) {
      assertThat(i).as("rounds").isLessThan(ROUNDS);
      network.clock().runCurrent();
    }
    assertThat(failure.get()).isNull();
    network.clock().close();
  }
}
