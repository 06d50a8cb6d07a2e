package io.tendril.examples;

import module io.tendril;

import java.util.Locale;

/** The protocol of {@link Mailish} in direct style. */
public final class DirectMailish {
  private DirectMailish() {}

  static ProtocolFactory<?> factory(TlsOptions tls) {
    return Protocol.direct(connection -> talk(connection, tls));
  }

  private static void talk(Connection connection, TlsOptions tls) {
    boolean secure = false;
    connection.writeLine("220 ready");
    for (var line : connection.lines()) {
      switch (line.toUpperCase(Locale.ROOT).split(" ", 2)[0]) {
        case "EHLO" -> {
          connection.writeLine("250-welcome");
          connection.writeLine(secure ? "250 8BITMIME" : "250 STARTTLS");
        }
        case "STARTTLS" -> {
          connection.writeLine(secure ? "503 private already" : "220 go ahead");
          if (!secure) {
            connection.startTls(tls); // a failure ends the conversation, and is its reason
            secure = true;
          }
        }
        case "QUIT" -> {
          connection.writeLine("221 bye");
          return;
        }
        default ->
            connection.writeLine(secure ? "250 heard in private: " + line : "530 STARTTLS first");
      }
    }
  }
}
