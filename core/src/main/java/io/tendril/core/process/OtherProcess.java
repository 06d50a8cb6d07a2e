package io.tendril.core.process;

import io.tendril.core.internal.linux.FoundProcess;
import java.io.IOException;

/**
 * A process that this one has not started, to be sent signals. It is known by a descriptor and not
 * by its number, so that no signal comes to another process that has the number later.
 *
 * <p>May be used from any thread, and is to be closed. It takes Linux, and Java's leave to call the
 * C library.
 */
public interface OtherProcess extends AutoCloseable {
  /**
   * The process that has a number now.
   *
   * @throws IOException if there is none, or it cannot be known by a descriptor
   */
  static OtherProcess of(long number) throws IOException {
    return FoundProcess.open(number);
  }

  /**
   * Whether it has a handler for a signal. One that has none is ended by most signals.
   *
   * @param signal its name: "USR2"
   * @throws IllegalArgumentException if no signal has this name
   * @throws IOException if it has ended, or it cannot be found out
   */
  boolean catches(String signal) throws IOException;

  /**
   * Sends it a signal.
   *
   * @param name the signal's name: "USR2"
   * @throws IllegalArgumentException if no signal has this name
   * @throws IOException if the process has ended, or is another user's
   */
  void signal(String name) throws IOException;

  /** Lets go of it; to the process, this is nothing. */
  @Override
  void close();
}
