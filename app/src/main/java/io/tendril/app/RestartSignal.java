package io.tendril.app;

import io.tendril.core.Reactor;
import java.util.function.Consumer;
import jdk.jfr.FlightRecorder;
import jdk.jfr.RecordingState;
import org.jspecify.annotations.Nullable;

/**
 * SIGUSR2 as the order to restart. On Linux the Java virtual machine sends this signal to its own
 * threads while Flight Recorder takes samples of them, unless the variable {@code _JAVA_SR_SIGNUM}
 * names another one: {@code 50}, for instance, as the launcher {@code tendril} does. Where it does
 * not, the signal is no order for as long as there is a recording.
 */
public final class RestartSignal {
  private static final String USR2 = "12";

  private RestartSignal() {}

  /**
   * Listens for the signal, where the system has it.
   *
   * @param restart called in the reactor's thread at the signal
   * @param refused told why a signal is not obeyed, once for each recording
   */
  public static void heed(Reactor reactor, Reactor.Action restart, Consumer<String> refused) {
    var heeding = new Heeding(restart, refused);
    try {
      reactor.onSignal("USR2", heeding::signalled);
    } catch (IllegalArgumentException e) {
      // no such signal here
    }
  }

  private static final class Heeding {
    private final Reactor.Action restart;
    private final Consumer<String> refused;
    private boolean said;

    Heeding(Reactor.Action restart, Consumer<String> refused) {
      this.restart = restart;
      this.refused = refused;
    }

    void signalled() throws Exception {
      if (!isTheMachines(System.getenv("_JAVA_SR_SIGNUM"))) {
        said = false;
        restart.run();
      } else if (!said) {
        said = true;
        refused.accept(
            "SIGUSR2 is not obeyed while Flight Recorder records, which sends it to the threads of"
                + " this process; with _JAVA_SR_SIGNUM=50 in its environment it would be");
      }
    }
  }

  private static boolean isTheMachines(@Nullable String number) {
    boolean same = number == null || number.isBlank() || number.strip().equals(USR2);
    return same && ModuleLayer.boot().findModule("jdk.jfr").isPresent() && Recorder.records();
  }

  /** Loaded only where there is such a module. */
  private static final class Recorder {
    static boolean records() {
      return FlightRecorder.isInitialized()
          && FlightRecorder.getFlightRecorder().getRecordings().stream()
              .anyMatch(each -> each.getState() == RecordingState.RUNNING);
    }
  }
}
