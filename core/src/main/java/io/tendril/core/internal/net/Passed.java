package io.tendril.core.internal.net;

import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.unix.PassedDescriptor;

/** A descriptor that has come, for the length of the call that tells of it. */
final class Passed implements PassedDescriptor, AutoCloseable {
  private final Descriptor descriptor;
  private boolean gone;

  Passed(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  @Override
  public Descriptor take() {
    if (gone) {
      throw new IllegalStateException("this descriptor has been taken already, or closed");
    }
    gone = true;
    return descriptor;
  }

  /** Closes it if it has not been taken. */
  @Override
  public void close() {
    if (!gone) {
      gone = true;
      descriptor.close();
    }
  }
}
