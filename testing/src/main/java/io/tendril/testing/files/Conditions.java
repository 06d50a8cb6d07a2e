package io.tendril.testing.files;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a volume is told by the world around it: the time, and what goes wrong. */
public interface Conditions {
  /** What a program does with a file. */
  enum Operation {
    /** Reads bytes, or the entries of a directory. */
    READ,
    /** Writes or truncates a file, or changes a directory. */
    WRITE,
    /** Waits until all of it is on the disk. */
    FORCE
  }

  /** The wall clock, for times of change. */
  FileTime now();

  /** The monotonic clock, in nanoseconds. */
  long nanoTime();

  /**
   * Called before an operation; nothing of it happens if this throws.
   *
   * @throws IOException to fail it
   */
  void before(Operation operation, Path path) throws IOException;

  /**
   * A channel is about to be opened.
   *
   * @throws IOException if there is no descriptor for it
   */
  void opening(Path path) throws IOException;

  /** A channel has been closed. */
  void closed();

  /**
   * Asked at a loss of power, once for each file with bytes that the disk has not got, and once for
   * all entries of directories of which that is so.
   *
   * @return what decides which of them are lost, or null if none are
   */
  @Nullable RandomGenerator losing(Path path);
}
