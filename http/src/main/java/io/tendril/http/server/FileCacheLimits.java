package io.tendril.http.server;

import java.time.Duration;

/**
 * How much of the files it has served a {@link StaticFiles} keeps at hand, in each reactor. What
 * has not been asked for the longest is given up first. Immutable; each {@code with} method returns
 * a copy that differs in one thing.
 *
 * @param octets of memory, 32 MiB by default: the content of small files, and 1 KiB for each file;
 *     with 0 nothing is kept
 * @param largest octets of a file whose content is kept in memory, 64 KiB by default
 * @param openFiles how many larger files are kept open, 128 by default; each has two descriptors on
 *     the engine that has the kernel send them
 * @param fresh how long a file may be served without a look at whether it has changed, 1 s by
 *     default; the look is one for all who ask for the file meanwhile
 */
public record FileCacheLimits(long octets, int largest, int openFiles, Duration fresh) {
  private static final FileCacheLimits DEFAULTS =
      new FileCacheLimits(32L << 20, 64 << 10, 128, Duration.ofSeconds(1));

  /** Checks that each makes sense. */
  public FileCacheLimits {
    if (octets < 0 || largest < 0 || openFiles < 0 || fresh.isNegative()) {
      throw new IllegalArgumentException("a negative limit");
    }
  }

  /** The defaults. */
  public static FileCacheLimits defaults() {
    return DEFAULTS;
  }

  /** Another limit of memory, and of a file whose content is kept there, in octets. */
  public FileCacheLimits withMemory(long total, int largestFile) {
    return new FileCacheLimits(total, largestFile, openFiles, fresh);
  }

  /** Another limit of files that are kept open. */
  public FileCacheLimits withOpenFiles(int most) {
    return new FileCacheLimits(octets, largest, most, fresh);
  }

  /** Another time between looks at a file. */
  public FileCacheLimits withFresh(Duration time) {
    return new FileCacheLimits(octets, largest, openFiles, time);
  }
}
