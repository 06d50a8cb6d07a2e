package io.tendril.core.internal.tls;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in words why TLS failed: for logs, and for whoever has to mend it. */
public final class TlsWords {
  private static final String ALERT = "Received fatal alert: ";
  private static final String VERSION = "(protocol_version)";

  /** As the JDK calls it, and other engines after it. */
  private static final String DOWNGRADE = "protocol version downgrade";

  private static final List<String> NOT_TLS =
      List.of("Unsupported or unrecognized SSL message", "Unrecognized SSL message");

  private TlsWords() {}

  /** The failure to report for what was thrown: an error of the layer below stays as it is. */
  static IOException explain(Exception thrown) {
    if (thrown instanceof IOException plain && !(thrown instanceof SSLException)) {
      return plain;
    }
    return new TlsFailure(words(thrown), thrown);
  }

  private static String words(Exception thrown) {
    CertificateException certificate = cause(CertificateException.class, thrown);
    if (certificate != null) {
      return "the peer's certificate is refused: " + certificate.getMessage();
    }
    String message = String.valueOf(thrown.getMessage());
    if (message.contains(ALERT)) {
      return alert(message.substring(message.indexOf(ALERT) + ALERT.length()));
    }
    if (message.startsWith(VERSION)) {
      return "no version of TLS is shared: " + message.substring(VERSION.length()).strip();
    }
    if (message.contains(DOWNGRADE)) {
      return "somebody on the way has kept a newer version of TLS from being used (a downgrade)";
    }
    if (NOT_TLS.stream().anyMatch(message::contains)) {
      return "what the peer sent is not TLS";
    }
    return message;
  }

  /** What the peer's alert means (RFC 8446, section 6.2). */
  private static String alert(String name) {
    String meaning =
        switch (name.toLowerCase(Locale.ROOT)) {
          case "bad_certificate", "certificate_unknown", "unsupported_certificate" ->
              "it does not accept this side's certificate";
          case "certificate_expired" -> "this side's certificate has expired, or is not valid yet";
          case "certificate_revoked" -> "this side's certificate has been revoked";
          case "unknown_ca" -> "it does not know the issuer of this side's certificate";
          case "certificate_required" -> "it wants a certificate of this side";
          case "protocol_version" -> "no version of TLS is shared";
          case "handshake_failure", "insufficient_security" ->
              "nothing is shared that it thinks secure enough";
          case "no_application_protocol" -> "no application protocol is shared";
          case "unrecognized_name" -> "it does not know the name that it was asked for";
          default -> "the handshake, or a record, was wrong for it";
        };
    return "the peer refuses: " + meaning + " (alert " + name + ")";
  }

  /** The first of a kind among a failure and its causes. */
  public static <X extends Throwable> @Nullable X cause(Class<X> type, Throwable thrown) {
    Throwable each = thrown;
    for (int depth = 0; each != null && depth < 16; depth++) {
      if (type.isInstance(each)) {
        return type.cast(each);
      }
      each = each.getCause();
    }
    return null;
  }
}
