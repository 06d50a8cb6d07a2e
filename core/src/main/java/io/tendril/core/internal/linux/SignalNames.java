package io.tendril.core.internal.linux;

import java.util.List;
import java.util.Locale;

/** Signals by name and by number, which x86-64 and aarch64 share: signal(7). */
final class SignalNames {
  private static final List<String> NAMES =
      List.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
          "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");

  static final int KILL = number("KILL");

  private SignalNames() {}

  /**
   * The number of a signal.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  static int number(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    int at = NAMES.indexOf(upper.startsWith("SIG") ? upper.substring(3) : upper);
    if (at < 0) {
      throw new IllegalArgumentException("no signal is called '" + name + "'");
    }
    return at + 1;
  }

  /** The name of a signal; those of real time have none but their number. */
  static String name(int number) {
    return number >= 1 && number <= NAMES.size() ? NAMES.get(number - 1) : "RT" + number;
  }
}
