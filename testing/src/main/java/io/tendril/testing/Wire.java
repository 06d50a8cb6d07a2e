package io.tendril.testing;

import java.io.IOException;
import java.time.Duration;

/** One side of a connection, as a {@link Performance} sees it. */
interface Wire {
  /** Heard in place of an octet: the other side has ended its output. */
  int END = -1;

  /** Heard in place of an octet: the connection was broken. */
  int RESET = -2;

  /** Heard in place of an octet: nothing comes. */
  int SILENCE = -3;

  /** Sends octets. */
  void say(byte[] octets) throws IOException;

  /** Ends this side's output. */
  void end() throws IOException;

  /** Breaks the connection. */
  void reset() throws IOException;

  /** The next octet, or what came in its place. */
  int hear() throws IOException;

  /** As {@link #hear}, without waiting for it. */
  int hearNow() throws IOException;

  /** Lets time pass. */
  void pass(Duration time);
}
