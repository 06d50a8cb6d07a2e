package io.tendril.core.descriptor;

import java.net.SocketAddress;

/**
 * The address of what has none: a pipe, a terminal, a file. It says what it is, and equals none but
 * itself.
 */
public final class DescriptorAddress extends SocketAddress {
  private static final long serialVersionUID = 1L;
  private final String what;

  /** With words for messages: "pipe 0". */
  public DescriptorAddress(String what) {
    this.what = what;
  }

  @Override
  public String toString() {
    return what;
  }
}
