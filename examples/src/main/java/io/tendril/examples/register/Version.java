package io.tendril.examples.register;

import java.util.Comparator;

/**
 * A value of the register, and when it was written: later terms come after earlier ones, and in a
 * term the numbers count.
 */
public record Version(long term, long number, String value) implements Comparable<Version> {
  static final Version NONE = new Version(0, 0, "nothing");

  private static final Comparator<Version> ORDER =
      Comparator.comparingLong(Version::term).thenComparingLong(Version::number);

  @Override
  public int compareTo(Version other) {
    return ORDER.compare(this, other);
  }

  /** Reads what {@link #toString} writes. */
  public static Version parse(String text) {
    String[] words = text.split(" ", 3);
    return new Version(Long.parseLong(words[0]), Long.parseLong(words[1]), words[2]);
  }

  @Override
  public String toString() {
    return term + " " + number + " " + value;
  }
}
