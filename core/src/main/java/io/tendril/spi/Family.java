package io.tendril.spi;

import io.tendril.core.internal.handover.InheritedSockets;
import java.util.Set;

/**
 * The variables that a process finds in its environment if it was started as a worker or as the
 * next version of a program, by one that is built on Tendril. They are for that process alone: what
 * it starts does not get them.
 */
public final class Family {
  /** Of a worker: its number, from 1. */
  public static final String WORKER = "TENDRIL_WORKER";

  /** Of a worker: the descriptor of the pipe that its parent has the other end of. */
  public static final String PARENT = "TENDRIL_PARENT";

  /** Of the next version of a program: the socket where the one before hears that it serves. */
  public static final String PREDECESSOR = "TENDRIL_PREDECESSOR";

  private static final Set<String> ALL =
      Set.of(WORKER, PARENT, PREDECESSOR, InheritedSockets.VARIABLE);

  private Family() {}

  /** Whether a variable is not for the children of this process. */
  public static boolean isForThisProcessAlone(String variable) {
    return ALL.contains(variable);
  }
}
