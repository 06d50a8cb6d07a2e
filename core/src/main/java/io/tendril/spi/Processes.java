package io.tendril.spi;

import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.process.ChildProcess;
import io.tendril.core.process.Command;

/**
 * What endpoints are made of that begin with a program: see {@link Network#processes}. Used in the
 * reactor's thread. Both fail with {@link io.tendril.core.EngineLacks} where the engine has no
 * child processes.
 */
public interface Processes {
  /** Starts a program: {@link io.tendril.core.Reactor#spawn}. */
  Deferred<ChildProcess> spawn(Command command);

  /**
   * Starts a program, and talks to it over its input and output. The connection's capability {@link
   * ChildProcess} is the program. Fails with {@link io.tendril.core.ConnectFailed}, whose cause is
   * a {@link io.tendril.core.process.SpawnFailed} if the program cannot be started.
   *
   * @throws IllegalArgumentException if its descriptors 0 and 1 are neither pipes nor its terminal
   */
  <P extends Protocol> Deferred<P> connect(Command command, ProtocolFactory<P> factory);
}
