package io.tendril.core.endpoint;

/** Checks port numbers. */
final class Ports {
  private Ports() {}

  static int check(int port, int least) {
    if (port < least || port > 65_535) {
      throw new IllegalArgumentException(port + " is not a port from " + least + " to 65535");
    }
    return port;
  }
}
