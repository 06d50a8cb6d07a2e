package io.tendril.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectFailed;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.framing.LineProtocol;
import io.tendril.core.tls.CertificateAuthority;
import io.tendril.core.tls.TlsOptions;
import io.tendril.testing.Fault;
import io.tendril.testing.Simulation;
import io.tendril.testing.SimulationTest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** STARTTLS on a bad network: each line is answered once, in order, and in private when it must. */
class MailishSimulationTest {
  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("Simulation", Instant.parse("2026-01-01T00:00:00Z"));
  private static final TlsOptions SERVER = TlsOptions.server(AUTHORITY.issue("server"));
  private static final TlsOptions CLIENT =
      TlsOptions.client("server", List.of(AUTHORITY.certificate()));

  /** Says hello, goes private, asks, some lines ahead, and says goodbye. */
  private static final class Client extends LineProtocol {
    private final RandomGenerator random;
    private final String name;
    private final BooleanSupplier serverLives;
    private int asked;
    private int answered;
    private final int questions;
    private boolean inPrivate;
    boolean finished;
    @Nullable ConnectionClosed lost;

    Client(Transport transport, RandomGenerator random, String name, BooleanSupplier serverLives) {
      super(transport);
      this.random = random;
      this.name = name;
      this.serverLives = serverLives;
      this.questions = 1 + random.nextInt(30);
    }

    @Override
    protected void lineReceived(String line) {
      switch (line) {
        case "220 ready" -> writeLine("EHLO client");
        case "250-welcome" -> {}
        case "250 STARTTLS" -> writeLine("STARTTLS");
        case "220 go ahead" ->
            transport()
                .startTls(CLIENT)
                .thenAccept(_ -> {
                  inPrivate = true;
                  ask();
                })
                .exceptionally(_ -> null);
        case "221 bye" -> {
          finished = true;
          assertThat(answered).isEqualTo(questions);
        }
        default -> {
          assertThat(inPrivate).isTrue();
          assertThat(line).isEqualTo("250 heard in private: question " + answered++ + name);
          if (answered == asked) {
            ask();
          }
        }
      }
    }

    private void ask() {
      if (asked == questions) {
        writeLine("QUIT");
        return;
      }
      for (int count = 1 + random.nextInt(5); count > 0 && asked < questions; count--) {
        writeLine("question " + asked++ + name);
      }
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      lost = reason;
      if (reason.isClean() && !finished) {
        // in the clear, a kernel ends what a program that was killed had as if that had closed it
        assertThat(inPrivate || serverLives.getAsBoolean()).as("cut short in order").isFalse();
      }
    }

    /** The peer is gone without a word. */
    void giveUp() {
      if (lost == null) {
        transport().abortConnection();
      }
    }
  }

  private final List<Client> clients = new ArrayList<>();
  private final List<ConnectFailed> failed = new ArrayList<>();
  private final List<Listener> listeners = new ArrayList<>();

  private void start(Simulation net, int count) {
    net.host("server")
        .run(reactor ->
            reactor
                .listen("tcp:25", transport -> new Mailish(transport, SERVER))
                .thenAccept(listeners::add));
    for (int i = 0; i < count; i++) {
      var random = net.random();
      var begin = ofMillis(random.nextInt(3_000));
      String name = " of client " + i;
      net.host("client " + i)
          .run(reactor ->
              reactor
                  .after(begin)
                  .thenCompose(_ -> connect(net, reactor, random, name))
                  .thenAccept(clients::add)
                  .exceptionally(
                      ConnectFailed.class,
                      failure -> {
                        failed.add(failure);
                        return null;
                      }));
    }
  }

  private static Deferred<Client> connect(
      Simulation net, Reactor reactor, RandomGenerator random, String name) {
    long before = net.count(Fault.KILL);
    BooleanSupplier serverLives = () -> net.count(Fault.KILL) == before;
    return reactor.connect("tcp:server:25", t -> new Client(t, random, name, serverLives));
  }

  @SimulationTest(
      seeds = 100,
      expect = {Fault.LOSS, Fault.STALL, Fault.PARTITION})
  void eachLineIsAnsweredInPrivate(Simulation net) {
    start(net, 3);
    for (int i = 0; i < 3; i++) {
      net.link(net.host("client " + i), net.host("server"))
          .latency(ofMillis(1), ofMillis(60))
          .loss(0.02)
          .stalls()
          .partitions();
    }
    net.runFor(ofSeconds(20));
    net.heal();
    net.runFor(ofMinutes(5));
    assertThat(clients).allMatch(client -> client.finished && client.lost != null);
    // every call to the server may be lost for half a minute, which its seed 1352 does
    assertThat(failed).allMatch(ConnectFailed.TimedOut.class::isInstance);
    assertThat(clients.size() + failed.size()).isEqualTo(3);
    end(net);
  }

  private void end(Simulation net) {
    net.host("server")
        .reactor()
        .execute(() -> {
          var _ = listeners.getLast().close();
        });
    net.runFor(ofMinutes(1));
    net.assertNothingLeft();
  }

  @SimulationTest(
      seeds = 100,
      expect = {Fault.RESET, Fault.KILL, Fault.POWER_LOSS, Fault.PAUSE})
  void aConnectionThatBreaksAnywhereIsNoCleanEnd(Simulation net) {
    start(net, 4);
    for (int i = 0; i < 4; i++) {
      net.link(net.host("client " + i), net.host("server"))
          .latency(ofMillis(1), ofMillis(100))
          .resets(0.01)
          .refusals(0.05);
    }
    net.host("server").crashes().pauses();
    net.runFor(ofMinutes(1));
    net.heal();
    net.runFor(ofMinutes(5));
    assertThat(clients.size() + failed.size()).isEqualTo(4);
    clients.forEach(Client::giveUp);
    end(net);
  }
}
