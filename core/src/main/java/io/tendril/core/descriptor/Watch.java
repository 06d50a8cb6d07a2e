package io.tendril.core.descriptor;

/**
 * A descriptor that a reactor watches, as {@code reactor.watch} returns it. Used in the reactor's
 * thread.
 *
 * <p>It is level-triggered: while there is interest and the condition holds, the handler is called
 * once a turn. Without interest it is told of nothing, neither of errors nor of ends. An end or an
 * error that comes alone is told once; then interest is {@link Interest#NONE} until it is set
 * again.
 */
public interface Watch extends AutoCloseable {
  /** Changes what to be told of. On a watch that has ended it does nothing. */
  void interest(Interest interest);

  /** What it is told of now. */
  Interest interest();

  /** Whether it has not ended. */
  boolean isOpen();

  /**
   * Ends it: the handler is not called any more, also not for what has been found already. The
   * descriptor stays open, and its owner's. Safe to repeat.
   */
  @Override
  void close();

  /**
   * Is told. It is not called from inside of itself: what comes in a loop inside of its call waits
   * for the end of that.
   */
  @FunctionalInterface
  interface Handler {
    /**
     * Something has been found. One that throws is reported, and the watch ends.
     *
     * @throws Exception which is the cause that {@link #ended} is given
     */
    void ready(Readiness found) throws Exception;

    /**
     * The watch has ended, and not by its {@link Watch#close}: the descriptor was closed, the
     * reactor has been stopped ({@link io.tendril.core.ConnectionClosed.ReactorStopped} has the
     * words), or the handler has thrown. Does nothing by default.
     */
    default void ended(Throwable cause) {}
  }
}
