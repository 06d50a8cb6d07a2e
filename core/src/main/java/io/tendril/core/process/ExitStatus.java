package io.tendril.core.process;

/** How a program has ended: by itself, or by a signal. */
public sealed interface ExitStatus {
  /** As a code: something else in this process has waited for the child, and has its status. */
  int UNKNOWN = -1;

  /** Whether it ended by itself, with 0. */
  default boolean isSuccess() {
    return this instanceof Code(int code) && code == 0;
  }

  /**
   * It ended by itself.
   *
   * @param code what it said: 0 to 255, where 0 means that all is well; or {@link #UNKNOWN}
   */
  record Code(int code) implements ExitStatus {
    @Override
    public String toString() {
      return "exit status " + code;
    }
  }

  /**
   * A signal ended it.
   *
   * @param number the signal's number
   * @param name without its SIG: "KILL", "SEGV"
   * @param coreDumped whether an image of its memory was written
   */
  record Signal(int number, String name, boolean coreDumped) implements ExitStatus {
    @Override
    public String toString() {
      return "ended by SIG" + name + (coreDumped ? ", with a core dump" : "");
    }
  }
}
