package io.tendril.spi;

import java.io.IOException;

/** A datagram has come that is longer than the room for it, and is lost. */
public final class DatagramCut extends IOException {
  private static final long serialVersionUID = 1L;
  private final int length;
  private final int room;

  /** A datagram of so many bytes, where there was room for fewer. */
  public DatagramCut(int length, int room) {
    super("a datagram of " + length + " bytes, and room for " + room);
    this.length = length;
    this.room = room;
  }

  /** How long it was, in bytes. */
  public int length() {
    return length;
  }

  /** How much room there was. */
  public int room() {
    return room;
  }
}
