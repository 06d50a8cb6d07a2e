package io.tendril.spi;

import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.descriptor.Interest;
import io.tendril.core.descriptor.Readiness;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An engine's way with file descriptors: see {@link Engine#descriptors}. Used in the reactor's
 * thread.
 *
 * <p>What makes a socket of a descriptor takes it over: the descriptor has been {@linkplain
 * Descriptor#release released} then, and the socket closes it. Where such a call throws, it is its
 * owner's as before. All throw {@link io.tendril.core.descriptor.WrongDescriptor} for one of
 * another kind.
 */
public interface Descriptors {
  /**
   * Watches a descriptor, which stays its owner's. What is found with no interest in it is not
   * told; an end or an error without anything else is told once, and takes the interest away.
   *
   * @throws io.tendril.core.descriptor.WatchFailed if that cannot be
   */
  Watched watch(Descriptor descriptor, Interest interest, Watcher watcher);

  /**
   * A stream socket of one or two descriptors of any kind: pipes, terminals, files, sockets. Both
   * may be the same object, for one that goes both ways. Without input there is no end of it before
   * the output is shut; without output, writing fails. What cannot be polled, as files, is read and
   * written aside.
   *
   * <p>Other processes may share the open file, as they do a terminal: whether its calls wait is
   * not changed for them, or set back when the socket closes and when this process ends.
   *
   * @param aside for calls that may wait
   */
  Engine.StreamSocket stream(@Nullable Descriptor input, @Nullable Descriptor output, Aside aside)
      throws IOException;

  /**
   * A stream socket that is connected.
   *
   * @param options those of connections are set
   */
  Engine.StreamSocket connected(Descriptor socket, SocketSettings options) throws IOException;

  /** A stream socket that listens. */
  Engine.ListenSocket listening(Descriptor socket, Engine.Ready ready) throws IOException;

  /** A datagram socket, bound or connected. */
  Engine.DatagramSocket datagram(Descriptor socket, Engine.Ready ready) throws IOException;

  /** A watch. */
  interface Watched {
    /** Sets what to be told of, also after an end or an error was told. */
    void interest(Interest interest);

    /** Ends it; the descriptor stays open. */
    void close();
  }

  /** Is told by a watch. */
  interface Watcher {
    /** Something has been found. */
    void ready(Readiness found);

    /** The descriptor is about to be closed by its owner, in this thread; the watch has ended. */
    void closed();
  }

  /** Has calls run that may wait, outside of the reactor's thread. */
  @FunctionalInterface
  interface Aside {
    /**
     * Runs a call elsewhere, and tells what came of it in the reactor's thread: a value or a
     * failure.
     */
    <T> void run(
        Callable<? extends T> call, BiConsumer<? super @Nullable T, @Nullable Throwable> then);
  }
}
