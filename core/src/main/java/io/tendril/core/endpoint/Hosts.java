package io.tendril.core.endpoint;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Tells names from addresses. */
final class Hosts {
  private Hosts() {}

  /**
   * The address that a text is, or null if it is a name. IPv4 has four decimal parts: shorter forms
   * and leading zeros, which others read as octal, are neither address nor name.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static @Nullable InetAddress literal(String host) {
    if (host.indexOf(':') >= 0) {
      return parsed(host);
    }
    if (!host.isEmpty() && host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'))) {
      if (!host.matches("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}")) {
        throw neither(host);
      }
      return parsed(host);
    }
    if (!isName(host)) {
      throw neither(host);
    }
    return null;
  }

  /**
   * The address that a text is.
   *
   * @throws IllegalArgumentException if it is none
   */
  static InetAddress address(String text) {
    InetAddress address = text.isEmpty() ? null : literal(text);
    if (address == null) {
      throw new IllegalArgumentException(
          EndpointSyntax.quoted(text) + " is not an address, such as 127.0.0.1 or [::1]");
    }
    return address;
  }

  private static InetAddress parsed(String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(EndpointSyntax.quoted(host) + " is not an address", e);
    }
  }

  /**
   * Whether a resolver may be asked: what cannot be part of a name is left to no parser's mercy.
   */
  private static boolean isName(String host) {
    return !host.isEmpty()
        && host.length() <= 253
        && host.chars()
            .allMatch(
                c -> Character.isLetterOrDigit(c) || c == '-' || c == '.' || c == '_' || c > 0x7f);
  }

  private static IllegalArgumentException neither(String host) {
    return new IllegalArgumentException(
        EndpointSyntax.quoted(host)
            + " is neither a host name nor an address, such as 127.0.0.1 or [::1]");
  }
}
