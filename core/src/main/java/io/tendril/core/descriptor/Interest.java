package io.tendril.core.descriptor;

/**
 * What a watch should tell of.
 *
 * @param readable that there is something to read, or an end
 * @param writable that there is room to write
 * @param urgent that something out of the ordinary is there: out-of-band data, a change of {@code
 *     /proc/self/mounts} ({@code EPOLLPRI})
 */
public record Interest(boolean readable, boolean writable, boolean urgent) {
  /** In nothing: the watch rests. */
  public static final Interest NONE = new Interest(false, false, false);

  /** In what can be read. */
  public static final Interest READ = new Interest(true, false, false);

  /** In room to write. */
  public static final Interest WRITE = new Interest(false, true, false);

  /** In both. */
  public static final Interest BOTH = new Interest(true, true, false);

  /** In what is out of the ordinary. */
  public static final Interest URGENT = new Interest(false, false, true);

  /** In this and in that. */
  public Interest and(Interest other) {
    return new Interest(
        readable || other.readable, writable || other.writable, urgent || other.urgent);
  }

  /** Whether there is any. */
  public boolean any() {
    return readable || writable || urgent;
  }
}
