package io.tendril.core.internal.handover;

import io.tendril.core.Addresses;
import io.tendril.core.descriptor.WrongDescriptor;
import io.tendril.core.internal.linux.ListeningFile;
import io.tendril.core.internal.systemd.Environment;
import io.tendril.spi.Family;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The listening sockets that this process was started with by one that listened at the same places
 * before, or that keeps them for its workers. The variable {@value #VARIABLE} has a line for each:
 * the number of the descriptor, a space, and what was asked for when it was opened. Each is taken
 * once, in order; what asks for something else opens its own.
 *
 * <p>The variable may have come to a process that it was not meant for, through one that does not
 * know it, where the numbers are those of other files. So each number is looked at first, and one
 * that is no listening socket, or that listens elsewhere, is left alone.
 *
 * <p>May be used from any thread: the reactors of a process share them.
 */
public final class InheritedSockets {
  /** The variable's name. */
  public static final String VARIABLE = "TENDRIL_SOCKETS";

  /** Those of this process. */
  public static final InheritedSockets PROCESS =
      new InheritedSockets(Environment.PROCESS, InheritedSockets::check);

  /** Looks at what is open under a number. */
  @FunctionalInterface
  interface Look {
    /** Throws if it is not what was opened for a key. */
    void at(int number, String key) throws IOException;
  }

  private final Map<Integer, String> keys = new LinkedHashMap<>();
  private final List<IOException> wrong = new ArrayList<>();
  private final boolean owned;

  InheritedSockets(Environment environment, Look look) {
    owned = environment.variable(Family.WORKER) == null;
    String text = environment.variable(VARIABLE);
    if (text != null) {
      text.lines().forEach(line -> read(line, look));
    }
  }

  /** Whether they are this process's own from now on, and not also those of others. */
  public boolean owned() {
    return owned;
  }

  private void read(String line, Look look) {
    int space = line.indexOf(' ');
    if (space > 0 && line.substring(0, space).matches("[0-9]{1,6}")) {
      int number = Integer.parseInt(line.substring(0, space));
      String key = line.substring(space + 1);
      try {
        look.at(number, key);
        keys.put(number, key);
      } catch (IOException e) {
        wrong.add(e);
      }
    }
  }

  /** Whether it is a socket that listens where the key says. */
  static void check(int number, String key) throws IOException {
    SocketAddress address = ListeningFile.address(number);
    if (!Key.fits(key, address)) {
      throw new WrongDescriptor(
          number, "what listens at " + key, "a socket that listens at " + Addresses.show(address));
    }
  }

  /**
   * Takes the failures of those that are not what the variable says, so that they are told once.
   */
  public synchronized List<IOException> takeWrong() {
    List<IOException> taken = List.copyOf(wrong);
    wrong.clear();
    return taken;
  }

  /** As the variable has them, from the number on that is given. */
  public static String write(List<String> keys, int first) {
    var text = new StringBuilder();
    for (int i = 0; i < keys.size(); i++) {
      text.append(first + i).append(' ').append(keys.get(i)).append('\n');
    }
    return text.toString();
  }

  /** Takes the next one that was opened for this: its number, or null if there is none. */
  public synchronized @Nullable Integer take(String key) {
    for (var each : keys.entrySet()) {
      if (each.getValue().equals(key)) {
        keys.remove(each.getKey());
        return each.getKey();
      }
    }
    return null;
  }

  /** Takes all that were opened for this. */
  public synchronized List<Integer> takeAll(String key) {
    List<Integer> taken = new ArrayList<>();
    for (Integer next = take(key); next != null; next = take(key)) {
      taken.add(next);
    }
    return taken;
  }

  /** Takes what nobody has asked for: what was asked for, by number. */
  public synchronized Map<Integer, String> takeRest() {
    Map<Integer, String> rest = new LinkedHashMap<>(keys);
    keys.clear();
    return rest;
  }
}
