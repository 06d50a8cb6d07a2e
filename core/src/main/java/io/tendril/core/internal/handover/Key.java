package io.tendril.core.internal.handover;

import io.tendril.core.Addresses;
import io.tendril.core.unix.UnixAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was asked for when a socket was opened, as text: {@code 127.0.0.1:0}, {@code unix:/run/s},
 * {@code systemd:name=web}. Other processes know the socket by it.
 */
final class Key {
  private static final Pattern INTERNET = Pattern.compile("(\\[[^]]*]|[0-9.]+):([0-9]{1,5})");
  private static final Pattern SCOPE = Pattern.compile("%[^]]*");
  private static final String UNIX = "unix:";
  private static final String ANY_FOUR = "0.0.0.0";
  private static final String ANY_SIX = "[0:0:0:0:0:0:0:0]";

  private Key() {}

  /**
   * Whether a socket that listens there may be what was opened for a key. Of what is no address, as
   * the name of a socket of systemd, it may be anything.
   */
  static boolean fits(String key, SocketAddress address) {
    Matcher wanted = INTERNET.matcher(key);
    if (wanted.matches()) {
      Matcher found = INTERNET.matcher(Addresses.show(address));
      return address instanceof InetSocketAddress
          && found.matches()
          && (wanted.group(2).equals("0") || wanted.group(2).equals(found.group(2)))
          && host(wanted.group(1)).equals(host(found.group(1)));
    } else if (key.startsWith(UNIX)) {
      return address instanceof UnixAddress && address.toString().equals(key);
    }
    return true;
  }

  /** Those that stand for all addresses are one, since some systems have IPv4 alone. */
  private static String host(String literal) {
    String plain = SCOPE.matcher(literal).replaceFirst("");
    return plain.equals(ANY_SIX) ? ANY_FOUR : plain;
  }
}
