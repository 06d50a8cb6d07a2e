package io.tendril.core.internal.linux;

import java.io.IOException;
import java.nio.ByteBuffer;

/** One descriptor of a {@link DescriptorStream}: what is read of, written to, or both. */
interface StreamEnd {
  /** Is told that an end is ready. */
  @FunctionalInterface
  interface Told {
    void ready(boolean readable, boolean writable);
  }

  /** Sets who is told. */
  void told(Told told);

  /** Sets what to tell of. */
  void want(boolean readable, boolean writable);

  /** As {@link io.tendril.spi.Engine.StreamSocket#read}. */
  int read(ByteBuffer into) throws IOException;

  /** As {@link io.tendril.spi.Engine.StreamSocket#write}. */
  long write(ByteBuffer[] from, int offset, int length) throws IOException;

  /** As {@link io.tendril.spi.Engine.StreamSocket#unsent}. */
  default long unsent() {
    return 0;
  }

  /** Fails if something that was taken has not been written. */
  default void checkWritten() throws IOException {}

  /** Ends the output of what goes both ways, where it can be ended alone. */
  default void shutOutput() throws IOException {}

  /** What it is, for messages. */
  OpenFile file();

  /** Closes it; of a socket, so that the peer sees a reset. */
  default void abort() {
    close();
  }

  /** Undoes its making: the descriptor is its owner's again. */
  void giveBack();

  /** Closes it. Safe to repeat. */
  void close();
}
