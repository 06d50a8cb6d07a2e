package io.tendril.core.internal.tls;

import java.net.IDN;
import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whom a certificate is for (RFC 9525): its subject alternative names and nothing else. A wildcard
 * is a whole label, the first one, and stands for one.
 */
public final class TlsNames {
  private static final int DNS_NAME = 2;
  private static final int ADDRESS = 7;

  private TlsNames() {}

  /** A name as it stands in certificates: in ASCII (RFC 5891), small letters, no dot at the end. */
  public static String normalize(String host) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    return address(name) != null ? name : IDN.toASCII(name).toLowerCase(Locale.ROOT);
  }

  /** Whether a certificate is for a host: a name, or an address. */
  public static boolean matches(String host, X509Certificate certificate) {
    InetAddress address = address(host);
    String name = normalize(host);
    for (String offered : names(certificate, address == null ? DNS_NAME : ADDRESS)) {
      if (address == null ? matches(name, offered) : address.equals(address(offered))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a name is the one offered, or falls under it if that is a wildcard. */
  public static boolean matches(String name, String offered) {
    String pattern = offered.toLowerCase(Locale.ROOT);
    if (!pattern.startsWith("*.")) {
      return pattern.equals(name);
    }
    int dot = name.indexOf('.');
    return dot > 0
        && pattern.indexOf('.', 2) > 0
        && name.substring(dot).equals(pattern.substring(1));
  }

  /** The one wildcard that a name falls under; empty if there is none. */
  public static String wildcard(String name) {
    int dot = name.indexOf('.');
    return dot > 0 && name.indexOf('.', dot + 1) > 0 ? "*" + name.substring(dot) : "";
  }

  /** All names and addresses that a certificate is for. */
  public static List<String> offered(X509Certificate certificate) {
    List<String> all = new ArrayList<>(names(certificate, DNS_NAME));
    all.addAll(names(certificate, ADDRESS));
    return all;
  }

  private static List<String> names(X509Certificate certificate, int type) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> each : alternatives) {
          if (each.getFirst() instanceof Integer kind
              && kind == type
              && each.get(1) instanceof String name) {
            names.add(name);
          }
        }
      }
    } catch (CertificateParsingException e) {
      return List.of(); // whom it is for cannot be read: for nobody
    }
    return names;
  }

  /** An address, if it is one. */
  public static @Nullable InetAddress address(String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
