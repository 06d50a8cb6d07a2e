package io.tendril.core.process;

import io.tendril.core.Deferred;
import io.tendril.core.Sink;
import io.tendril.core.Source;
import io.tendril.core.Transport;
import java.time.Duration;

/**
 * A program that this process has started: {@link io.tendril.core.Reactor#spawn}. Used in the
 * reactor's thread.
 *
 * <pre>{@code
 * var child = reactor.spawn(Command.of("bc", "-q")).await();
 * child.input().write(...);
 * child.output().forEach(data -> ...);
 * child.exited().thenAccept(status -> ...);
 * }</pre>
 *
 * <p>What the child writes and nobody reads stays in its pipe, at most 64 KiB of it are taken in
 * ahead, and the child waits; so every pipe that it may fill is to be read, piped or {@linkplain
 * Command#errors said to be something else}.
 *
 * <p>It is known to the kernel by a descriptor of its own, so that no signal ever hits another
 * process that has come to its number. When the reactor stops, children are asked to end by TERM,
 * and killed at the deadline.
 */
public interface ChildProcess extends AutoCloseable {
  /** Its number. Once it has {@link #exited}, another process may have come to it. */
  long pid();

  /** What was started. */
  Command command();

  // ---- Its descriptors ------------------------------------------------------------------------

  /**
   * This side of a pipe, or of its terminal: paused until its {@link Transport#input} flows or it
   * {@linkplain Transport#become becomes} a protocol's. To write to one that the child reads from
   * fails with a broken pipe once the child has closed it, which its {@link Sink#onClosed} tells.
   *
   * @param number the child's
   * @throws IllegalArgumentException if it is neither
   */
  Transport pipe(int number);

  /** What it reads on descriptor 0. {@link Transport#loseConnection} is the end of its input. */
  default Transport input() {
    return pipe(0);
  }

  /**
   * What it writes on one of its descriptors. If nobody has taken that before its end, and there
   * was nothing, it is empty.
   *
   * @throws IllegalArgumentException if this is neither a pipe nor its terminal
   */
  Source output(int number);

  /** What it writes on descriptor 1. */
  default Source output() {
    return output(1);
  }

  /** What it writes on descriptor 2. */
  default Source errors() {
    return output(2);
  }

  /**
   * Says how large its terminal is from now on; what runs there in the foreground hears SIGWINCH.
   * Nothing once the terminal is closed.
   *
   * @throws IllegalStateException if it has no terminal
   */
  void resize(WindowSize size);

  // ---- Its end --------------------------------------------------------------------------------

  /**
   * Fires when it has died. Others that have its pipes may go on writing to them. Each call gives a
   * Deferred of its own, and cancelling that does nothing to the child.
   */
  Deferred<ExitStatus> exited();

  /**
   * As {@link #exited}, once its pipes and its terminal are closed, too: by all who have them, or
   * by this side. What it reads from is closed when it has exited; what it has written has to be
   * read for that.
   */
  Deferred<ExitStatus> ended();

  /** Whether it has not died yet, as far as is known. */
  boolean running();

  /**
   * Sends it a signal: nothing if it has died.
   *
   * @param name without SIG: "HUP", "USR1", "KILL"
   * @return whether there was somebody to send it to
   * @throws IllegalArgumentException if there is no such signal
   */
  boolean signal(String name);

  /**
   * Sends a signal to all processes of its group: its own children, unless they have left. Nothing
   * once it has died.
   *
   * @throws IllegalStateException if the command has not said {@link Command#inOwnGroup}
   */
  boolean signalGroup(String name);

  /** Kills it: its whole group, where it has its own. */
  void kill();

  /**
   * Asks it to end, by TERM, and kills it if it has not after a time; each time with its whole
   * group, where it has its own, of which nothing is left when it has died.
   *
   * @return as {@link #exited}
   */
  Deferred<ExitStatus> stop(Duration grace);

  /**
   * Leaves it to itself: it goes on when this process ends, and what becomes of it is not known any
   * more, so that neither {@link #exited} nor {@link #ended} fires. No signal reaches it from here.
   * Its pipes stay as they are. Nothing if it has died.
   */
  void leave();

  /**
   * Closes its pipes and its terminal, and {@linkplain #stop stops} it within the time that its
   * {@linkplain Command#within command} names.
   */
  @Override
  void close();
}
