package io.tendril.checks;

import java.util.Map;
import java.util.Set;

/** The methods that suspend a coroutine: {@code await}, and what is built on it. */
public final class SuspendingCalls {
  /** Names of methods, with all their overloads, by the type that has them. */
  public static final Map<String, Set<String>> BY_TYPE =
      Map.of(
          "io.tendril.core.Deferred",
          Set.of("await"),
          "io.tendril.core.Reactor",
          Set.of("blocking"),
          "io.tendril.core.CoroutineScope",
          Set.of("run", "gather", "race", "join"),
          "io.tendril.core.Connection",
          Set.of(
              "readLine",
              "lines",
              "readFully",
              "readUntil",
              "read",
              "write",
              "writeLine",
              "flush",
              "startTls"),
          "io.tendril.core.DatagramConnection",
          Set.of("receive"),
          "io.tendril.adapters.jdbc.Rows",
          Set.of("next", "each"));

  private SuspendingCalls() {}
}
