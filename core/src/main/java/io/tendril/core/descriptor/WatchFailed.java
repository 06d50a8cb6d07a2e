package io.tendril.core.descriptor;

/** A descriptor could not be watched. */
public abstract sealed class WatchFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int number;

  private WatchFailed(int number, String why) {
    super("cannot watch descriptor " + number + ": " + why);
    this.number = number;
  }

  /** The number of the descriptor. */
  public int number() {
    return number;
  }

  /** It is of a kind that is always ready: a regular file, a directory, the null device. */
  public static final class NotPollable extends WatchFailed {
    private static final long serialVersionUID = 1L;

    public NotPollable(int number, String kind) {
      super(number, "it is " + kind + ", which is always ready");
    }
  }

  /** Something else of this reactor has it: another watch, a connection, a listener. */
  public static final class Taken extends WatchFailed {
    private static final long serialVersionUID = 1L;

    public Taken(int number) {
      super(number, "it is watched already; a duplicate can be watched beside it");
    }
  }

  /** No file is open under this number. */
  public static final class NotOpen extends WatchFailed {
    private static final long serialVersionUID = 1L;

    public NotOpen(int number) {
      super(number, "no file is open under this number");
    }
  }

  /** The kernel has no room for more watches, or no memory. */
  public static final class Exhausted extends WatchFailed {
    private static final long serialVersionUID = 1L;

    public Exhausted(int number, String why) {
      super(number, why);
    }
  }
}
