package io.tendril.core.proxy;

import java.net.InetAddress;
import java.util.Arrays;

/** Addresses with the same first bits: {@code 10.0.0.0/8}, {@code ::1}. */
record Subnet(InetAddress base, int bits) {
  /**
   * Reads one; an address alone is all of its bits.
   *
   * @throws IllegalArgumentException if it is none, or has bits behind its length
   */
  static Subnet parse(String text) {
    int slash = text.indexOf('/');
    InetAddress base;
    int bits;
    try {
      base = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
      int all = base.getAddress().length * 8;
      bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > all) {
        throw new IllegalArgumentException("a length of " + bits);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no range of addresses, such as 10.0.0.0/8 or ::1", e);
    }
    var subnet = new Subnet(base, bits);
    if (!Arrays.equals(base.getAddress(), subnet.masked(base))) {
      throw new IllegalArgumentException(
          "'" + text + "' has bits behind its length of " + bits + " bits");
    }
    return subnet;
  }

  /** Whether an address is one of these. */
  boolean contains(InetAddress address) {
    return address.getClass() == base.getClass()
        && Arrays.equals(base.getAddress(), masked(address));
  }

  private byte[] masked(InetAddress address) {
    byte[] octets = address.getAddress();
    for (int i = 0; i < octets.length; i++) {
      int left = Math.clamp(bits - 8L * i, 0, 8);
      octets[i] &= (byte) (0xff00 >> left);
    }
    return octets;
  }

  @Override
  public String toString() {
    return base.getHostAddress() + "/" + bits;
  }
}
