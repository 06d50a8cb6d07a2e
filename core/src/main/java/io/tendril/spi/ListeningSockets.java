package io.tendril.spi;

import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.internal.handover.InheritedSockets;
import io.tendril.core.internal.handover.OpenSockets;
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
   * A duplicate of one, which is its owner's to close.
   *
   * @param key what was asked for when it was opened
   */
  public record Kept(String key, Descriptor descriptor) implements AutoCloseable {
    @Override
    public void close() {
      descriptor.close();
    }
  }

  /**
   * Duplicates of all of them, in the order in which they were opened.
   *
   * @throws IOException if there is no descriptor left
   */
  public static List<Kept> duplicates() throws IOException {
    return OpenSockets.PROCESS.duplicates();
  }

  /**
   * A command whose program is started with them, at numbers that the command does not use.
   *
   * @throws IllegalArgumentException if they are more than a command can have
   */
  public static Command pass(Command command, List<Kept> sockets) {
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
            InheritedSockets.write(sockets.stream().map(Kept::key).toList(), first));
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
   * is accepted from by who has the same key, or closed. {@link io.tendril.core.Reactor#run} says
   * so when its set-up has succeeded.
   *
   * @return for each that it was said to be started with and was not, the failure: the first time,
   *     and never again. What else is open under such a number is left alone
   */
  public static List<IOException> settle() {
    OpenSockets.PROCESS.settle(InheritedSockets.PROCESS);
    return InheritedSockets.PROCESS.takeWrong();
  }
}
