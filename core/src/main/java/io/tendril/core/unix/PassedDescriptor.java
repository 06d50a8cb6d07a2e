package io.tendril.core.unix;

import io.tendril.core.descriptor.Descriptor;

/**
 * A descriptor that a peer has passed, during the call of {@link
 * io.tendril.core.Protocol#descriptorReceived}: closed after it, unless it is taken.
 */
public interface PassedDescriptor {
  /**
   * Takes it over: it is the caller's to close. It is not passed on to child processes. Whether its
   * calls wait is as the peer has set it.
   *
   * @throws IllegalStateException if it has been taken already, or closed
   */
  Descriptor take();
}
