package io.tendril.core.internal.net;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A stream whose kernel moves bytes to another one, without their being copied to us and back. */
public interface Splicing {
  /** From {@link #receive}: the kernel does not do it with this one. */
  int NEVER = -2;

  /** A pipe for bytes that are under way; null if there is none to be had now. */
  @Nullable Pipe pipe();

  /**
   * Moves what is there into a pipe that is empty: the count, 0 for nothing now, -1 at the end, or
   * {@link #NEVER}.
   */
  int receive(Pipe into) throws IOException;

  /** Moves as much as is accepted out of a pipe: the count. */
  int send(Pipe from) throws IOException;

  /** Holds bytes between two streams of one engine. */
  interface Pipe {
    /** The most that it holds. */
    int SIZE = 64 << 10;

    /** How many bytes are in it. */
    int held();

    /** Gives it back, and drops what is in it. */
    void release();
  }
}
