package io.tendril.core.internal.systemd;

import io.tendril.core.systemd.NotActivated;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors that a process was started with, after sd_listen_fds(3): from 3 on, as many as
 * {@code LISTEN_FDS} says, for the process {@code LISTEN_PID}, with the names of {@code
 * LISTEN_FDNAMES}.
 *
 * @param names of the descriptors in order
 */
public record ListenVariables(List<String> names) {
  /** The number of the first. */
  public static final int FIRST = 3;

  private static final String UNNAMED = "unknown";

  /** More than a process can have open is a mistake. */
  private static final int MOST = 1 << 20;

  /**
   * Reads the variables.
   *
   * @throws NotActivated if there are none, if they are another process's, or if they are wrong
   */
  public static ListenVariables read(Environment environment) throws NotActivated {
    String count = environment.variable("LISTEN_FDS");
    if (count == null) {
      throw new NotActivated("no sockets were passed to this process: LISTEN_FDS is not set");
    }
    String process = environment.variable("LISTEN_PID");
    if (process == null) {
      throw new NotActivated("LISTEN_FDS is set and LISTEN_PID, whose they are, is not");
    }
    if (number("LISTEN_PID", process, Long.MAX_VALUE) != environment.process()) {
      throw new NotActivated(
          "the sockets of LISTEN_FDS were passed to process "
              + process
              + " (LISTEN_PID), and this is process "
              + environment.process());
    }
    int fds = (int) number("LISTEN_FDS", count, MOST);
    String names = environment.variable("LISTEN_FDNAMES");
    return new ListenVariables(names == null ? unnamed(fds) : split(names, fds));
  }

  private static long number(String variable, String text, long most) throws NotActivated {
    try {
      long number = Long.parseLong(text);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new NotActivated(variable + " is '" + text + "', which is no number of the kind");
  }

  private static List<String> unnamed(int fds) {
    return IntStream.range(0, fds).mapToObj(i -> UNNAMED).toList();
  }

  private static List<String> split(String names, int fds) throws NotActivated {
    List<String> split = fds == 0 && names.isEmpty() ? List.of() : List.of(names.split(":", -1));
    if (split.size() != fds) {
      throw new NotActivated(
          "LISTEN_FDS is " + fds + " and LISTEN_FDNAMES has " + split.size() + " names");
    }
    return split;
  }

  /**
   * The descriptors of a name: a socket unit may have several.
   *
   * @throws NotActivated if there is none
   */
  public List<Integer> named(String name) throws NotActivated {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equals(name)) {
        found.add(FIRST + i);
      }
    }
    if (found.isEmpty()) {
      throw new NotActivated("no socket that was passed has the name '" + name + "'" + known());
    }
    return found;
  }

  /**
   * The descriptor at a place, from 0.
   *
   * @throws NotActivated if there are not so many
   */
  public int at(int index) throws NotActivated {
    if (index >= names.size()) {
      throw new NotActivated("no socket was passed with the index " + index + known());
    }
    return FIRST + index;
  }

  private String known() {
    return names.isEmpty()
        ? "; none was passed"
        : "; there are " + names.size() + ": " + String.join(", ", names);
  }

  /** As {@link #read}, or null if there are none to be had. */
  public static @Nullable ListenVariables readIfThere(Environment environment) {
    try {
      return read(environment);
    } catch (NotActivated e) {
      return null;
    }
  }
}
