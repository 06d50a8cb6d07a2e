package io.tendril.core;

import java.net.SocketAddress;

/** A port could not be opened: taken, forbidden, or not an address of this machine. */
public final class ListenFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient SocketAddress address;

  public ListenFailed(SocketAddress address, Throwable cause) {
    super(
        "cannot listen on " + Addresses.show(address) + ": " + cause.getMessage(),
        cause,
        true,
        false);
    this.address = address;
  }

  /** The address that was asked for. */
  public SocketAddress address() {
    return address;
  }
}
