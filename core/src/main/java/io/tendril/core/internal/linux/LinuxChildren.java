package io.tendril.core.internal.linux;

import io.tendril.core.process.Command;
import io.tendril.spi.Children;

/** Programs that are started by {@code posix_spawn}, and ended ones told by their descriptors. */
final class LinuxChildren implements Children {
  @Override
  public Child start(Command command) {
    try (var spawning = new Spawning(command, ProcessCalls.closesFrom())) {
      return spawning.start();
    }
  }
}
