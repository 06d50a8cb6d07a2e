package io.tendril.core.descriptor;

import io.tendril.core.internal.linux.OwnedDescriptor;
import java.io.IOException;

/**
 * An open file descriptor of this process that somebody owns: who has this object, closes it, or
 * hands it on to what says that it takes it over.
 *
 * <p>May be used from any thread. A descriptor that a reactor watches is closed in that reactor's
 * thread, which ends the watch.
 */
public interface Descriptor extends AutoCloseable {
  /**
   * Takes an open descriptor over that came from somewhere else: from a call into a library, from
   * whoever started this process.
   *
   * @throws IllegalArgumentException if the number is negative
   * @throws UnsupportedOperationException where the C library cannot be called, with the reason
   */
  static Descriptor adopt(int number) {
    return OwnedDescriptor.of(number);
  }

  /**
   * Its number.
   *
   * @throws IllegalStateException if it has been closed or handed on
   */
  int number();

  /** Whether it has neither been closed nor handed on. */
  boolean isOpen();

  /**
   * Another descriptor of the same open file, which is not passed on to child processes. What is
   * set on the open file, as that its calls do not wait, holds for both.
   *
   * @throws IOException if there is none left
   */
  Descriptor duplicate() throws IOException;

  /**
   * Hands it on, to what closes it by its number.
   *
   * @return the number; this object has none any more
   * @throws IllegalStateException if it is watched, or has been closed or handed on
   */
  int release();

  /**
   * Closes it; again, it does nothing. In place of standard input, output and error, 0 to 2, comes
   * the null device, so that no file that is opened later becomes one of these.
   *
   * @throws IllegalStateException if a reactor watches it and this is not its thread
   */
  @Override
  void close();
}
