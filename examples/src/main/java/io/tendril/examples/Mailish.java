package io.tendril.examples;

import module io.tendril;

import java.util.Locale;

/** A line protocol that begins in the clear and puts TLS on when asked to, as SMTP does. */
public final class Mailish extends LineProtocol {
  private final TlsOptions tls;

  Mailish(Transport transport, TlsOptions tls) {
    super(transport);
    this.tls = tls;
  }

  @Override
  public void connectionMade() {
    writeLine("220 ready");
  }

  @Override
  protected void lineReceived(String line) {
    switch (line.toUpperCase(Locale.ROOT).split(" ", 2)[0]) {
      case "EHLO" -> {
        writeLine("250-welcome");
        writeLine(secure() ? "250 8BITMIME" : "250 STARTTLS");
      }
      case "STARTTLS" -> startTls();
      case "QUIT" -> {
        writeLine("221 bye");
        transport().loseConnection();
      }
      default -> writeLine(secure() ? "250 heard in private: " + line : "530 STARTTLS first");
    }
  }

  private void startTls() {
    if (secure()) {
      writeLine("503 private already");
      return;
    }
    writeLine("220 go ahead");
    // Until the handshake is done nothing reaches lineReceived; a failure closes the connection,
    // and connectionLost says why.
    transport().startTls(tls).thenAccept(_ -> {}).exceptionally(ConnectionClosed.class, _ -> null);
  }

  private boolean secure() {
    return transport().has(TlsSession.class);
  }
}
