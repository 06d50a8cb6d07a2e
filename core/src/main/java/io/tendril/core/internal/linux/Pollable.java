package io.tendril.core.internal.linux;

/** What waits find: something that has a descriptor, and is told. */
public abstract class Pollable {
  /** What the last wait has found. */
  int found;

  /** Tells it from others that have had its descriptor before. */
  final int generation;

  Pollable(LinuxEngine engine, int fd) {
    this.generation = engine.adopt(fd, this);
  }

  /** Tells of what was found. */
  abstract void dispatch();
}
