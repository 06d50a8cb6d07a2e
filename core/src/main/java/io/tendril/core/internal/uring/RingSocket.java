package io.tendril.core.internal.uring;

import java.io.IOException;

/** What has operations in a ring. It has a descriptor, by which its completions find it. */
interface RingSocket {
  /**
   * Asks the kernel for what is wanted now and has not been asked for, in three entries at most.
   */
  void submit(Ring ring);

  /**
   * Something has come of an operation.
   *
   * @param operation of {@link Ring}
   * @param result what the call would have returned; an error is negative
   * @param flags {@code IORING_CQE_F_...}
   */
  void completed(int operation, int result, int flags);

  /** The kernel has taken this message; what has not been sent of it has been told before. */
  void sent();

  /** The kernel has not taken this operation, which is as if it had not been asked for. */
  void refused(int operation);

  /** The ring is gone, with all that it has been asked for. */
  void lost();

  /** Whether it is closed, and has operations still. */
  boolean isEnding();

  /** Whether there is something to tell that somebody wants to hear. */
  boolean isReady();

  /** Tells of it. */
  void dispatch() throws IOException;

  /** It is not among those any more whose {@link #submit} is to be called. */
  void unchanged();

  /** It is not among those any more that were {@linkplain UringEngine#ready ready}. */
  void notListed();
}
