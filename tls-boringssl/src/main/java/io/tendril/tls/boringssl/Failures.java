package io.tendril.tls.boringssl;

import io.netty.internal.tcnative.SSL;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** What BoringSSL's errors mean. */
final class Failures {
  private static final int REASON = 0xfff;

  /** A reason from here on is an alert that the peer has sent. */
  private static final int ALERTS = 1000;

  private Failures() {}

  /** The error that BoringSSL reported last in this thread; its list is emptied. */
  static SSLException last() {
    int code = SSL.getLastErrorNumber();
    String text = SSL.getErrorString(code & 0xffffffffL);
    SSL.clearError();
    int reason = code & REASON;
    if (reason >= ALERTS && reason < ALERTS + 256) {
      return new SSLException("Received fatal alert: " + alert(reason - ALERTS));
    }
    return new SSLException(words(text.substring(text.lastIndexOf(':') + 1)));
  }

  private static String words(String reason) {
    return switch (reason) {
      case "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "WRONG_VERSION_NUMBER" ->
          "what the peer sent is not TLS";
      case "UNSUPPORTED_PROTOCOL" -> "no version of TLS is shared";
      case "NO_SHARED_CIPHER",
          "NO_SHARED_GROUP",
          "NO_COMMON_SIGNATURE_ALGORITHMS",
          "NO_CIPHERS_AVAILABLE",
          "WRONG_CIPHER_RETURNED",
          "HANDSHAKE_FAILURE_ON_CLIENT_HELLO" ->
          "nothing is shared that both sides think secure enough (" + reason + ")";
      case "PEER_DID_NOT_RETURN_A_CERTIFICATE" ->
          "the peer shows no certificate, and one is required";
      case "KEY_USAGE_BIT_INCORRECT" ->
          "the peer's certificate is refused: its key is not meant for signing handshakes";
      case "NO_RENEGOTIATION" -> "the peer asks for a renegotiation, which is refused";
      case "DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "BAD_DECRYPT" -> "a record was damaged or forged";
      case "ENCRYPTED_LENGTH_TOO_LONG", "DATA_LENGTH_TOO_LONG" -> "a record is too long";
      case "TLS13_DOWNGRADE", "DOWNGRADE_DETECTED" -> "a protocol version downgrade";
      case "NO_CERTIFICATE_SET", "CERT_CB_ERROR" -> "this side has no certificate to show";
      default ->
          "the peer does not keep to TLS: " + reason.toLowerCase(Locale.ROOT).replace('_', ' ');
    };
  }

  /** The name of an alert (RFC 8446, section 6; RFC 5246, section 7.2). */
  private static String alert(int number) {
    return switch (number) {
      case 10 -> "unexpected_message";
      case 20 -> "bad_record_mac";
      case 22 -> "record_overflow";
      case 40 -> "handshake_failure";
      case 42 -> "bad_certificate";
      case 43 -> "unsupported_certificate";
      case 44 -> "certificate_revoked";
      case 45 -> "certificate_expired";
      case 46 -> "certificate_unknown";
      case 47 -> "illegal_parameter";
      case 48 -> "unknown_ca";
      case 49 -> "access_denied";
      case 50 -> "decode_error";
      case 51 -> "decrypt_error";
      case 70 -> "protocol_version";
      case 71 -> "insufficient_security";
      case 80 -> "internal_error";
      case 86 -> "inappropriate_fallback";
      case 90 -> "user_canceled";
      case 100 -> "no_renegotiation";
      case 109 -> "missing_extension";
      case 110 -> "unsupported_extension";
      case 112 -> "unrecognized_name";
      case 113 -> "bad_certificate_status_response";
      case 115 -> "unknown_psk_identity";
      case 116 -> "certificate_required";
      case 120 -> "no_application_protocol";
      default -> "number " + number;
    };
  }
}
