package io.tendril.testing.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.TcpClientEndpoint;
import io.tendril.core.endpoint.TlsClientEndpoint;
import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsIdentity;
import io.tendril.core.tls.TlsSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S5, over loopback: certificates change under the hands of a busy server. */
class ReloadUnderLoadTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int RELOADS = 20;
  private static final int AT_A_TIME = 8;
  private static final int REQUESTS = 400;
  private static final List<TlsIdentity> IDENTITIES =
      List.of(
          Certificates.AUTHORITY.issue("server.test"), Certificates.AUTHORITY.issue("server.test"));

  @TempDir Path directory;

  private record Echo(Transport transport) implements Protocol {
    @Override
    public void dataReceived(ByteBuffer data) {
      transport.write(data);
    }
  }

  /** Asks, and waits for the answer. */
  private static final class Asker implements Protocol {
    private final Transport transport;
    private final String serial;
    private Promise<String> answer;

    Asker(Transport transport) {
      this.transport = transport;
      this.serial =
          transport
              .query(TlsSession.class)
              .peerCertificates()
              .getFirst()
              .getSerialNumber()
              .toString(16);
    }

    Deferred<String> ask(String question) {
      answer = transport.reactor().promise();
      transport.write(question);
      return answer.deferred();
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      Promise<String> asked = answer;
      answer = null;
      asked.succeed(StandardCharsets.US_ASCII.decode(data).toString());
    }
  }

  private void write(TlsIdentity identity) throws IOException {
    Files.writeString(
        directory.resolve("server.pem"), Pem.write(identity.chain()) + Pem.write(identity.key()));
  }

  /** A connection with a full handshake: nothing is resumed. */
  private static Deferred<Asker> connect(Reactor reactor, Listener listener) {
    return TlsClientEndpoint.over(
            TcpClientEndpoint.to("127.0.0.1", listener.port()), Certificates.client("server.test"))
        .connect(reactor, Asker::new);
  }

  /** What a run sees: the serial numbers of the certificates, and how many requests were made. */
  private final class Load {
    private final Reactor reactor;
    private final Listener listener;
    private final Set<String> serials = new TreeSet<>();
    private int begun;
    private int answered;
    private int reloads;

    Load(Reactor reactor, Listener listener) {
      this.reactor = reactor;
      this.listener = listener;
    }

    Deferred<Load> run() {
      return connect(reactor, listener)
          .thenCompose(old -> {
            List<Deferred<Void>> all = new ArrayList<>();
            for (int i = 0; i < AT_A_TIME; i++) {
              all.add(requests());
            }
            all.add(reloading());
            return Deferred.gather(all).thenCompose(done -> old.ask("still there?"));
          })
          .thenApply(answer -> {
            assertThat(answer).isEqualTo("still there?");
            return this;
          });
    }

    /** One connection and request after the other; the first that fails ends the test. */
    private Deferred<Void> requests() {
      if (begun == REQUESTS) {
        return Deferred.done();
      }
      String question = "number " + begun++;
      return connect(reactor, listener)
          .thenCompose(asker -> {
            serials.add(asker.serial);
            return asker
                .ask(question)
                .thenCompose(answer -> {
                  assertThat(answer).isEqualTo(question);
                  answered++;
                  asker.transport.loseConnection();
                  return requests();
                });
          });
    }

    /** Each reload comes when another few requests have been answered. */
    private Deferred<Void> reloading() {
      if (reloads == RELOADS) {
        return Deferred.done();
      }
      if (answered < reloads * REQUESTS / RELOADS / 2) {
        return reactor.after(Duration.ofMillis(1)).thenCompose(soon -> reloading());
      }
      reloads++;
      return reactor
          .<Void>deferToThread(() -> {
            write(IDENTITIES.get(reloads % 2));
            return null;
          })
          .thenCompose(written -> listener.reload())
          .thenCompose(done -> reloading());
    }
  }

  @Test
  void noRequestFailsWhileCertificatesAreReloaded() throws Exception {
    write(IDENTITIES.getFirst());
    var events = new ArrayList<ReactorEvent>();
    Load load =
        Reactor.runUntil(reactor -> {
          reactor.observe(events::add);
          return reactor
              .listen(
                  "tls:0:interface=127.0.0.1:cert=" + directory + "/server.pem:reload=never",
                  Echo::new)
              .thenCompose(listener -> new Load(reactor, listener).run())
              .orTimeout(PATIENCE);
        });
    assertThat(load.answered).isEqualTo(REQUESTS);
    assertThat(load.reloads).isEqualTo(RELOADS);
    assertThat(load.serials).hasSize(2);
    assertThat(events)
        .filteredOn(event -> event instanceof ReactorEvent.CertificatesReloaded)
        .hasSize(RELOADS);
    assertThat(events).noneMatch(event -> event instanceof ReactorEvent.HandshakeFailed);
  }

  @Test
  void aListenerLooksAfterItsFilesByItself() throws Exception {
    write(IDENTITIES.getFirst());
    String first = serial(IDENTITIES.getFirst());
    String then =
        Reactor.runUntil(reactor ->
            reactor
                .listen(
                    "tls:0:interface=127.0.0.1:cert=" + directory + "/server.pem:reload=0.05",
                    Echo::new)
                .thenCompose(listener ->
                    connect(reactor, listener)
                        .thenCompose(asker -> {
                          assertThat(asker.serial).isEqualTo(first);
                          asker.transport.loseConnection();
                          write(IDENTITIES.get(1));
                          return until(reactor, listener, serial(IDENTITIES.get(1)));
                        }))
                .orTimeout(PATIENCE));
    assertThat(then).isEqualTo(serial(IDENTITIES.get(1)));
  }

  private static Deferred<String> until(Reactor reactor, Listener listener, String serial) {
    return connect(reactor, listener)
        .thenCompose(asker -> {
          asker.transport.loseConnection();
          return asker.serial.equals(serial)
              ? Deferred.succeeded(serial)
              : reactor
                  .after(Duration.ofMillis(10))
                  .thenCompose(soon -> until(reactor, listener, serial));
        });
  }

  private static String serial(TlsIdentity identity) {
    return identity.certificate().getSerialNumber().toString(16);
  }

  @Test
  void aReloadThatFailsLeavesTheListenerAsItWas() throws Exception {
    write(IDENTITIES.getFirst());
    Path file = directory.resolve("server.pem");
    assertThatThrownBy(() ->
            Reactor.runUntil(reactor ->
                reactor
                    .listen("tls:0:interface=127.0.0.1:cert=" + file, Echo::new)
                    .thenCompose(listener -> {
                      Files.writeString(file, "garbage");
                      return listener
                          .reload()
                          .exceptionallyCompose(failure ->
                              connect(reactor, listener)
                                  .thenCompose(asker -> Deferred.<Void>failed(failure)));
                    })
                    .orTimeout(PATIENCE)))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": no private key in the PEM text");
  }
}
