package io.tendril.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.framing.LineProtocol;
import io.tendril.core.tls.CertificateAuthority;
import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import io.tendril.testing.Conversation;
import io.tendril.testing.MemoryPair;
import io.tendril.testing.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailishTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final CertificateAuthority authority =
      CertificateAuthority.create("authority of this test", Instant.now());
  private final TlsOptions server = TlsOptions.server(authority.issue("localhost", "127.0.0.1"));
  private final TlsOptions client =
      TlsOptions.client("localhost", List.of(authority.certificate()));

  /** Asks for TLS as soon as it is greeted, and says what it has to say when it is there. */
  private static final class Correspondent extends LineProtocol {
    private final TlsOptions tls;
    final List<String> heard = new ArrayList<>();

    Correspondent(Transport transport, TlsOptions tls) {
      super(transport);
      this.tls = tls;
    }

    @Override
    protected void lineReceived(String line) {
      heard.add(line);
      switch (line) {
        case "220 ready" -> {
          writeLine("psst");
          writeLine("STARTTLS");
        }
        case "220 go ahead" -> {
          var unused = transport().startTls(tls).thenAccept(this::speak);
        }
        default -> {}
      }
    }

    private void speak(TlsSession session) {
      heard.add(session.version());
      writeLine("it is me");
      writeLine("QUIT");
    }
  }

  @Test
  void whatIsSaidAfterStartTlsIsPrivate() {
    MemoryPair<Correspondent, Mailish> pair =
        MemoryPair.connect(
            transport -> new Correspondent(transport, client),
            transport -> new Mailish(transport, server));
    pair.pump(7);
    assertThat(pair.client().heard)
        .containsExactly(
            "220 ready",
            "530 STARTTLS first",
            "220 go ahead",
            "TLSv1.3",
            "250 heard in private: it is me",
            "221 bye");
  }

  @Test
  void whatIsSaidInTheClearIsRefusedHoweverItArrives() {
    Conversation.resource(MailishTest.class, "mailish-in-the-clear.txt")
        .checkServer(transport -> new Mailish(transport, server));
  }

  @Test
  void aLineBehindStartTlsIsNotBelieved() {
    MemoryPair<Talker, Mailish> pair =
        MemoryPair.connect(Talker::new, transport -> new Mailish(transport, server));
    pair.client().say("STARTTLS").say("it is somebody else");
    var heard = new ArrayList<String>();
    pair.client().hear(3).thenAccept(heard::addAll);
    pair.pump();
    assertThat(heard).containsExactly("220 ready", "220 go ahead", "(gone)");
  }

  @Test
  @Tag("interop")
  void opensslSpeaksWithIt(@TempDir Path directory) throws Exception {
    Path trusted =
        Files.writeString(directory.resolve("ca.pem"), Pem.write(authority.certificate()));
    Path said = Files.writeString(directory.resolve("said"), "EHLO me\r\nhello\r\nQUIT\r\n");
    Program openssl = Program.named("openssl").reading(said);
    Program.Output heard =
        Reactor.runUntil(reactor ->
            reactor
                .listen("tcp:0:interface=127.0.0.1", transport -> new Mailish(transport, server))
                .thenCompose(listener ->
                    reactor.deferToThread(() -> openssl.run(sClient(listener, trusted))))
                .orTimeout(PATIENCE));
    assertThat(heard.all())
        .contains("250 8BITMIME\r\n250 heard in private: hello\r\n221 bye\r\n")
        .doesNotContain("verify error");
  }

  private static String[] sClient(Listener listener, Path trusted) {
    return new String[] {
      "s_client",
      "-starttls",
      "smtp",
      "-connect",
      "127.0.0.1:" + listener.port(),
      "-servername",
      "localhost",
      "-verify_hostname",
      "localhost",
      "-verify_return_error",
      "-CAfile",
      trusted.toString(),
      "-quiet"
    };
  }
}
