package io.tendril.app;

import java.time.Duration;
import java.util.Locale;

/**
 * A worker as its {@link WorkerGroup} knows it. The counters are those that it sent last, which it
 * does twice in the time that it may be silent.
 *
 * @param worker the number of its place, from 1; while it is being replaced two have the same
 * @param process the number of its process, 0 while that is being started
 * @param state how far it is
 * @param age since it was started
 * @param connections open connections
 * @param accepted connections accepted since its start
 * @param refused connections that a factory or a policy refused
 */
public record WorkerStatus(
    int worker,
    long process,
    State state,
    Duration age,
    long connections,
    long accepted,
    long refused) {
  /** How far a worker is. */
  public enum State {
    /** It has not said yet that it serves. */
    STARTING,
    SERVING,
    /** It was told to end, or has said that it does. */
    ENDING
  }

  @Override
  public String toString() {
    return "worker %d, process %d: %s since %d s, %d connections, %d accepted, %d refused"
        .formatted(
            worker,
            process,
            state.name().toLowerCase(Locale.ROOT),
            age.toSeconds(),
            connections,
            accepted,
            refused);
  }
}
