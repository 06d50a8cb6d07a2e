package io.tendril.testing;

import io.tendril.spi.Engine;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/** What the sockets of the network in memory have in common: interest, readiness, an end. */
abstract class MemorySocket implements Engine.Socket {
  final MemoryEngine engine;
  private Engine.Ready ready;
  private boolean open = true;
  private boolean wantsRead;
  private boolean wantsWrite;

  MemorySocket(MemoryEngine engine, Engine.Ready ready) {
    this.engine = engine;
    this.ready = ready;
  }

  /** Whether reading would find something: bytes, an end, a failure, a connection. */
  abstract boolean readable();

  /** Whether writing would get something done. */
  abstract boolean writable();

  final boolean isOpen() {
    return open;
  }

  final void checkOpen() throws ClosedChannelException {
    if (!open) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public final void interest(boolean readable, boolean writable) {
    wantsRead = readable;
    wantsWrite = writable;
    changed();
  }

  public final void ready(Engine.Ready replacement) {
    ready = replacement;
  }

  /** Readiness may have changed. */
  final void changed() {
    if (open && (wantsRead || wantsWrite)) {
      engine.look(this);
    }
  }

  final boolean isReady() {
    return open && ((wantsRead && readable()) || (wantsWrite && writable()));
  }

  final void dispatch() {
    boolean read = wantsRead && readable();
    boolean write = wantsWrite && writable();
    ready.ready(read, write);
  }

  /** Its host has lost power: nobody is told. */
  void vanish() {
    close();
  }

  /** Gives up the descriptor; false if that has happened before. */
  final boolean release() {
    if (!open) {
      return false;
    }
    open = false;
    engine.closed(this);
    return true;
  }

  /** An error of a socket, as the kernel would have it. */
  static IOException failure(String message) {
    return new java.net.SocketException(message);
  }
}
