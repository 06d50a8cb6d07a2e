package io.tendril.core.internal.loop;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** The signals of the process: each is heard by one reactor at a time. */
final class Signals {
  /**
   * Who hears a signal.
   *
   * @param before what the process did at it
   * @param actions what is done now, one after the other
   * @param replaceable whether that is only for as long as nobody else says what to do
   */
  private record Heard(
      LoopReactor by, SignalHandler before, List<Runnable> actions, boolean replaceable) {}

  private static final Map<String, Heard> HEARD = new HashMap<>();

  private Signals() {}

  /** Lets a reactor hear a signal, until it has stopped; the action runs in its thread. */
  static synchronized void listen(String name, LoopReactor reactor, Runnable action) {
    Heard heard = HEARD.get(name);
    if (heard != null && heard.by() == reactor && !heard.replaceable()) {
      heard.actions().add(action);
    } else {
      take(name, reactor, action, false);
    }
  }

  /** The same, until somebody listens. */
  static synchronized void listenMeanwhile(String name, LoopReactor reactor, Runnable action) {
    take(name, reactor, action, true);
  }

  private static void take(String name, LoopReactor reactor, Runnable action, boolean replaceable) {
    Heard other = HEARD.get(name);
    if (other != null && other.by() != reactor && !other.by().stopped()) {
      throw new IllegalStateException(
          "signal " + name + " is heard by " + other.by().name() + " already");
    }
    List<Runnable> actions = new CopyOnWriteArrayList<>(List.of(action));
    SignalHandler before =
        Signal.handle(new Signal(name), signal -> actions.forEach(reactor::deliver));
    HEARD.put(
        name, new Heard(reactor, other == null ? before : other.before(), actions, replaceable));
  }

  /** Gives the signals of a reactor back to who had them before. */
  static synchronized void release(LoopReactor reactor) {
    HEARD
        .entrySet()
        .removeIf(entry -> {
          if (entry.getValue().by() != reactor) {
            return false;
          }
          Signal.handle(new Signal(entry.getKey()), entry.getValue().before());
          return true;
        });
  }

  static int number(String name) {
    return new Signal(name).getNumber();
  }
}
