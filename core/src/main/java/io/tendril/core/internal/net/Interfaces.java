package io.tendril.core.internal.net;

import io.tendril.core.multicast.MulticastFailed;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import org.jspecify.annotations.Nullable;

/** The interfaces of this machine, by the words that users have for them. */
public final class Interfaces {
  private Interfaces() {}

  /**
   * Finds an interface by its name, its number or one of its addresses.
   *
   * @throws MulticastFailed.UnknownInterface if there is none
   */
  public static NetworkInterface find(String words) throws IOException {
    NetworkInterface found = NetworkInterface.getByName(words);
    InetAddress address = found == null ? literal(words) : null;
    if (address != null) {
      found = NetworkInterface.getByInetAddress(address);
    } else if (found == null && words.matches("[1-9][0-9]{0,8}")) {
      found = NetworkInterface.getByIndex(Integer.parseInt(words));
    }
    if (found == null) {
      throw new MulticastFailed.UnknownInterface(words);
    }
    return found;
  }

  /** An address; not a number, which {@code InetAddress} would take for one of IPv4. */
  private static @Nullable InetAddress literal(String words) {
    if (words.indexOf('.') < 0 && words.indexOf(':') < 0) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(words);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * The interface for who does not care: the first that is up, is not this machine's own loop, and
   * knows groups and addresses of a family; null for none.
   */
  public static @Nullable NetworkInterface any(boolean four) throws IOException {
    return NetworkInterface.networkInterfaces()
        .filter(each -> serves(each, four))
        .findFirst()
        .orElse(null);
  }

  private static boolean serves(NetworkInterface each, boolean four) {
    try {
      return each.isUp()
          && !each.isLoopback()
          && each.supportsMulticast()
          && each.inetAddresses().anyMatch(address -> address instanceof Inet4Address == four);
    } catch (IOException e) {
      return false; // gone meanwhile
    }
  }
}
