package io.tendril.core.endpoint;

import java.net.InetAddress;
import java.net.UnknownHostException;
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
    if (isNumeric(host)) {
      InetAddress four = four(host);
      if (four == null) {
        throw neither(host);
      }
      return four;
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

  private static boolean isNumeric(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c != '.' && (c < '0' || c > '9')) {
        return false;
      }
    }
    return !host.isEmpty();
  }

  /** An address of IPv4, made of digits and dots; null if it is none. */
  private static @Nullable InetAddress four(String digits) {
    var address = new byte[4];
    int at = 0;
    for (int part = 0; part < 4; part++) {
      int end = part < 3 ? digits.indexOf('.', at) : digits.length();
      int length = end - at;
      if (length < 1 || length > 3 || (length > 1 && digits.charAt(at) == '0')) {
        return null;
      }
      int number = 0;
      for (int i = at; i < end; i++) {
        int digit = digits.charAt(i) - '0';
        if (digit < 0) {
          return null; // a dot too many
        }
        number = number * 10 + digit;
      }
      if (number > 255) {
        return null;
      }
      address[part] = (byte) number;
      at = end + 1;
    }
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
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
