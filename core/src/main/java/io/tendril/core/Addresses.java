package io.tendril.core;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** How addresses are written in messages. */
public final class Addresses {
  private Addresses() {}

  /** {@code 127.0.0.1:80}, {@code [::1]:80}, {@code example.org:80}; other kinds as they are. */
  public static String show(SocketAddress address) {
    if (!(address instanceof InetSocketAddress inet)) {
      return address.toString();
    }
    InetAddress ip = inet.getAddress();
    if (ip == null) {
      return inet.getHostString() + ":" + inet.getPort();
    }
    return ip instanceof Inet6Address
        ? "[" + ip.getHostAddress() + "]:" + inet.getPort()
        : ip.getHostAddress() + ":" + inet.getPort();
  }
}
