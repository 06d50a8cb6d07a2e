package io.tendril.core.descriptor;

import java.io.IOException;

/** A descriptor is of another kind than what is wanted. */
public final class WrongDescriptor extends IOException {
  private static final long serialVersionUID = 1L;
  private final int number;
  private final String wanted;
  private final String found;

  /**
   * Says what it is.
   *
   * @param wanted what it should be: "a listening socket"
   * @param found what it is: "a datagram socket"
   */
  public WrongDescriptor(int number, String wanted, String found) {
    super("descriptor " + number + " is " + found + ", and not " + wanted);
    this.number = number;
    this.wanted = wanted;
    this.found = found;
  }

  /** The same of another descriptor of the same open file. */
  public WrongDescriptor of(int otherNumber) {
    return new WrongDescriptor(otherNumber, wanted, found);
  }

  /** The number of the descriptor. */
  public int number() {
    return number;
  }

  /** What it is: "a datagram socket". */
  public String found() {
    return found;
  }
}
