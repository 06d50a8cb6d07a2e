package io.tendril.spi;

import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.process.Command;
import io.tendril.core.process.ExitStatus;
import io.tendril.core.process.WindowSize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An engine's way with child processes: see {@link Engine#children}. */
public interface Children {
  /**
   * Starts a program. May wait, and is called in a thread of the pool. What it opens and does not
   * return, it closes again, whatever happens.
   *
   * @throws io.tendril.core.process.SpawnFailed if it cannot be started
   */
  Child start(Command command);

  /** A program that was started. Used in one thread at a time. */
  interface Child {
    /** The number of its process. */
    long pid();

    /**
     * Becomes readable once it has ended, and is there to be watched. This object closes it when it
     * is {@linkplain #reap reaped}; a watch has ended then.
     */
    Descriptor descriptor();

    /** This process's sides of its pipes and its terminal, for whoever takes them over. */
    List<End> ends();

    /** How it has ended; null if it has not. Once it is known, nothing of the child is left. */
    @Nullable ExitStatus reap();

    /**
     * Sends it a signal.
     *
     * @return false if it has ended, or may not be sent one
     * @throws IllegalArgumentException if there is no signal of this name
     */
    boolean signal(String name);

    /** As {@link #signal}, to all of its group, which is its own. Not after {@link #reap}. */
    boolean signalGroup(String name);

    /** Sets the size of its terminal, whose side here is still open. */
    void resize(WindowSize size);

    /**
     * Kills it, waits for its end and closes everything: for one that nobody wants any more. May
     * wait, and may be called in any thread.
     */
    void discard();

    /** Gives it up: its end will not be known. */
    void forget();
  }

  /**
   * This process's side of one of a child's descriptors.
   *
   * @param numbers the child's: several for a terminal
   * @param input what to read from; null if it is only written to
   * @param output what to write to; null if it is only read from
   */
  record End(List<Integer> numbers, @Nullable Descriptor input, @Nullable Descriptor output) {
    /** Whether it is a terminal, which is read of and written to as one. */
    public boolean isTerminal() {
      return input != null && input == output;
    }
  }
}
