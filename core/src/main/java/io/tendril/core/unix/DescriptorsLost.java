package io.tendril.core.unix;

import java.io.IOException;

/**
 * A peer has passed descriptors that this process had no room for, and that the kernel has dropped:
 * the reason why such a connection is lost.
 */
public final class DescriptorsLost extends IOException {
  private static final long serialVersionUID = 1L;

  public DescriptorsLost() {
    super("descriptors were passed that this process has no room for: too many open files");
  }
}
