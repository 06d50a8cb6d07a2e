package io.tendril.core.process;

/**
 * How large a terminal is.
 *
 * @param columns characters in a line, 1 to 65535
 * @param rows lines, 1 to 65535
 */
public record WindowSize(int columns, int rows) {
  /** What terminals have if nobody says otherwise. */
  public static final WindowSize USUAL = new WindowSize(80, 24);

  private static final int MOST = 65_535;

  /** Checks the numbers. */
  public WindowSize {
    if (columns < 1 || columns > MOST || rows < 1 || rows > MOST) {
      throw new IllegalArgumentException("a window of " + columns + " by " + rows);
    }
  }

  /**
   * Reads {@code 80x24}.
   *
   * @throws IllegalArgumentException if it is not written so
   */
  public static WindowSize parse(String text) {
    if (!text.matches("[0-9]{1,5}x[0-9]{1,5}")) {
      throw new IllegalArgumentException("'" + text + "' is not a size such as 80x24");
    }
    int x = text.indexOf('x');
    return new WindowSize(
        Integer.parseInt(text.substring(0, x)), Integer.parseInt(text.substring(x + 1)));
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return columns + "x" + rows;
  }
}
