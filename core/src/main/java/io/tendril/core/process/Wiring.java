package io.tendril.core.process;

import io.tendril.core.descriptor.Descriptor;
import java.nio.file.Path;

/** What one of a child's descriptors is. */
public sealed interface Wiring {
  /** A pipe that the child reads from: {@link ChildProcess#pipe} writes to it. */
  static Wiring pipeToChild() {
    return Pipe.TO_CHILD;
  }

  /** A pipe that the child writes to: {@link ChildProcess#pipe} reads from it. */
  static Wiring pipeFromChild() {
    return Pipe.FROM_CHILD;
  }

  /**
   * A file that the child reads from. If it is a FIFO, the start waits until there is something to
   * read, or somebody has been there: 30 s at most, and not after it is cancelled.
   */
  static Wiring fromFile(Path path) {
    return new Opened(path, Use.READ);
  }

  /**
   * A file that the child writes to: made if it is not there, emptied if it is. If it is a FIFO,
   * the start waits until somebody reads: 30 s at most, and not after it is cancelled.
   */
  static Wiring toFile(Path path) {
    return new Opened(path, Use.WRITE);
  }

  /**
   * A file that the child appends to: made if it is not there. A FIFO is as for {@link #toFile}.
   */
  static Wiring appendTo(Path path) {
    return new Opened(path, Use.APPEND);
  }

  /** Nothing to read, and nobody to write to: {@code /dev/null}. */
  static Wiring nothing() {
    return new Opened(Path.of("/dev/null"), Use.BOTH);
  }

  /** What this process has under the same number. */
  static Wiring inherited() {
    return new Inherited(-1);
  }

  /** What this process has under another number. */
  static Wiring inherited(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("descriptor " + number);
    }
    return new Inherited(number);
  }

  /** A descriptor of yours: it stays yours, and the child has one of its own to the same thing. */
  static Wiring of(Descriptor descriptor) {
    return new Given(descriptor);
  }

  /** The same as another of the child's: a shell's {@code 2>&1} is {@code sameAs(1)}. */
  static Wiring sameAs(int number) {
    return new Same(number);
  }

  /** The terminal of a command that has one: {@link Command#inTerminal}. */
  static Wiring terminal() {
    return Terminal.TERMINAL;
  }

  /** A pipe. */
  enum Pipe implements Wiring {
    TO_CHILD,
    FROM_CHILD
  }

  /** The pseudo terminal. */
  enum Terminal implements Wiring {
    TERMINAL
  }

  /** What a file is opened for. */
  enum Use {
    READ,
    WRITE,
    APPEND,
    BOTH
  }

  /** A file. */
  record Opened(Path path, Use use) implements Wiring {}

  /**
   * One of this process's descriptors.
   *
   * @param number -1 for the one of the same number
   */
  record Inherited(int number) implements Wiring {}

  /** A descriptor of the caller's. */
  record Given(Descriptor descriptor) implements Wiring {}

  /** As another of the child's. */
  record Same(int number) implements Wiring {}
}
