package io.tendril.core.process;

import org.jspecify.annotations.Nullable;

/** A program was not started. Nothing of the attempt is left. */
public final class SpawnFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String path;
  private final Reason reason;
  private final int errno;

  /**
   * Says what was in the way.
   *
   * @param path the program, directory or file that it is about
   * @param errno the kernel's number of the error; 0 if it was not the kernel that refused
   * @param words what the kernel calls it
   */
  public SpawnFailed(
      String program,
      String path,
      Reason reason,
      int errno,
      String words,
      @Nullable Throwable cause) {
    super(
        "cannot start "
            + program
            + ": "
            + (path.equals(program) ? "" : path + ": ")
            + words
            + (errno == 0 ? "" : " (errno " + errno + ")"),
        cause,
        true,
        cause != null);
    this.path = path;
    this.reason = reason;
    this.errno = errno;
  }

  /** What kind of thing was in the way. */
  public enum Reason {
    /** There is no such program, or none on the PATH; or what it is to be run by is missing. */
    NOT_FOUND,
    /** It may not be run, or a file may not be opened. */
    NO_PERMISSION,
    /** It is no program that this machine can run. */
    NOT_EXECUTABLE,
    /** The directory that it is to work in is not there, or is none. */
    NO_DIRECTORY,
    /**
     * A file that one of its descriptors is to be cannot be opened; or it is a FIFO, and nobody has
     * come to its other end in time.
     */
    NO_FILE,
    /** Arguments and environment are too long together. */
    TOO_LONG,
    /** No more descriptors can be opened, here or in the whole system. */
    OUT_OF_DESCRIPTORS,
    /** No more processes can be made, or there is no memory for one. */
    OUT_OF_PROCESSES,
    /** A program that is needed on the way, such as {@code setpriv}, is not installed. */
    NO_HELPER,
    /** The reactor ends. */
    STOPPED,
    /** Anything else: {@link SpawnFailed#errno} says what. */
    OTHER
  }

  /** The program, directory or file that it is about. */
  public String path() {
    return path;
  }

  /** What kind of thing was in the way. */
  public Reason reason() {
    return reason;
  }

  /** The kernel's number of the error; 0 if it was not the kernel that refused. */
  public int errno() {
    return errno;
  }
}
