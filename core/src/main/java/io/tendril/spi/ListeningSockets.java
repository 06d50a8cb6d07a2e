package io.tendril.spi;

import com.google.errorprone.annotations.CheckReturnValue;
import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.internal.handover.InheritedSockets;
import io.tendril.core.internal.handover.OpenSockets;
import io.tendril.core.process.ChildProcess;
import io.tendril.core.process.Command;
import io.tendril.core.process.Wiring;
import java.io.IOException;
import java.util.List;

/**
 * The sockets that this process listens at, over all its reactors, for another process that goes on
 * with them: a worker, or the next version of the same program.
 *
 * <p>Each has a key, which says what was asked for when it was opened: {@code 127.0.0.1:0}. A
 * process that was started with such sockets does not open what it has: the first listener with the
 * same key gets the first socket, and so on. Of those that are left over when it is {@linkplain
 * #settle ready}, a listener with the same key accepts as well. It takes an engine that knows
 * descriptors.
 *
 * <p>May be used from any thread.
 */
public final class ListeningSockets {
  private static final int FIRST = 3;

  private ListeningSockets() {}

  /**
   * Starts a program with duplicates of all of them, at numbers that its command does not use, as
   * {@link Reactor#spawn} does. Of those that are here, nothing changes.
   *
   * @return fails with what {@link Reactor#spawn} fails with, with {@link IOException} if there is
   *     no descriptor left, and with {@link IllegalArgumentException} if they are more than a
   *     command can have; none is left open then
   */
  @CheckReturnValue
  public static Deferred<ChildProcess> spawn(Reactor reactor, Command command) {
    List<OpenSockets.Kept> sockets;
    try {
      sockets = OpenSockets.PROCESS.duplicates();
    } catch (IOException e) {
      return Deferred.failed(e);
    }
    try {
      return reactor.spawn(pass(command, sockets));
    } catch (IllegalArgumentException e) {
      return Deferred.failed(e);
    } finally {
      sockets.forEach(OpenSockets.Kept::close); // the child has others
    }
  }

  private static Command pass(Command command, List<OpenSockets.Kept> sockets) {
    if (sockets.isEmpty()) {
      return command;
    }
    int first =
        Math.max(FIRST, 1 + command.wiring().keySet().stream().mapToInt(n -> n).max().orElse(0));
    if (first + sockets.size() - 1 > Command.HIGHEST_DESCRIPTOR) {
      throw new IllegalArgumentException(
          sockets.size()
              + " listening sockets cannot be passed on: the numbers end at "
              + Command.HIGHEST_DESCRIPTOR);
    }
    Command passing =
        command.with(
            InheritedSockets.VARIABLE,
            InheritedSockets.write(sockets.stream().map(OpenSockets.Kept::key).toList(), first));
    for (int i = 0; i < sockets.size(); i++) {
      passing = passing.descriptor(first + i, Wiring.of(sockets.get(i).descriptor()));
    }
    return passing;
  }

  /** Another process goes on with all of them: the files of UNIX sockets stay. */
  public static void passedOn() {
    OpenSockets.PROCESS.passedOn();
  }

  /**
   * This process listens at all that it is going to for now: what it was started with beyond that
   * is accepted from by who has the same key, or closed. {@link Reactor#run} says so when its
   * set-up has succeeded.
   *
   * @return for each that it was said to be started with and was not, the failure: the first time,
   *     and never again. What else is open under such a number is left alone
   */
  public static List<IOException> settle() {
    OpenSockets.PROCESS.settle(InheritedSockets.PROCESS);
    return InheritedSockets.PROCESS.takeWrong();
  }
}
