package io.tendril.core.internal.loop;

import java.util.HashMap;
import java.util.Map;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** The signals of the process: each is heard by one reactor at a time. */
final class Signals {
  private record Heard(LoopReactor by, SignalHandler before) {}

  private static final Map<String, Heard> HEARD = new HashMap<>();

  private Signals() {}

  /** Lets a reactor hear a signal, until it has stopped; the action runs in its thread. */
  static synchronized void listen(String name, LoopReactor reactor, Runnable action) {
    Heard other = HEARD.get(name);
    if (other != null && other.by() != reactor && !other.by().stopped()) {
      throw new IllegalStateException(
          "signal " + name + " is heard by " + other.by().name() + " already");
    }
    SignalHandler before = Signal.handle(new Signal(name), signal -> reactor.deliver(action));
    HEARD.put(name, new Heard(reactor, other == null ? before : other.before()));
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
