package io.tendril.core.internal.tls;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;

/** Names that a certificate can be for (RFC 5280, section 4.2.1.6), as they are given by people. */
public final class SubjectNames {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");
  private static final String WILDCARD = "*.";
  private static final int LONGEST = 253;

  private SubjectNames() {}

  /**
   * The form that a name has in a certificate.
   *
   * @throws IllegalArgumentException if it is neither a host name nor an address
   */
  public static String checked(String name) {
    InetAddress address = TlsNames.address(name);
    // What is short for an IPv4 address, as 127.1, is none that others would read as it.
    if (address instanceof Inet6Address || (address != null && isWhole(address, name))) {
      if (name.indexOf('%') >= 0) {
        throw refused(name, "an address with a zone means something on one machine only");
      }
      return name.toLowerCase(Locale.ROOT);
    }
    boolean wild = name.startsWith(WILDCARD);
    String host = ascii(name, wild ? name.substring(WILDCARD.length()) : name);
    if (host.length() + (wild ? WILDCARD.length() : 0) > LONGEST) {
      throw refused(name, "it is longer than " + LONGEST + " characters");
    }
    String[] labels = host.split("\\.", -1);
    for (String label : labels) {
      if (!LABEL.matcher(label).matches()) {
        throw refused(
            name,
            label.indexOf('*') >= 0
                ? "a wildcard is a whole label, and the first"
                : "'" + label + "' is no part of a host name");
      }
    }
    if (DIGITS.matcher(labels[labels.length - 1]).matches()) {
      throw refused(name, "it is neither an address nor a name, which ends in a letter");
    } else if (wild && labels.length < 2) {
      throw refused(name, "nobody believes a wildcard with one label behind it");
    }
    return wild ? WILDCARD + host : host;
  }

  private static boolean isWhole(InetAddress address, String name) {
    return address.getHostAddress().equals(name);
  }

  private static String ascii(String name, String host) {
    try {
      return TlsNames.normalize(host);
    } catch (IllegalArgumentException e) {
      throw refused(name, "it is no host name");
    }
  }

  private static IllegalArgumentException refused(String name, String why) {
    return new IllegalArgumentException(
        "'" + name.replaceAll("\\p{Cntrl}", "?") + "' is no name for a certificate: " + why);
  }
}
