package io.tendril.testing;

import io.tendril.spi.Engine;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/** What the sockets of the network in memory have in common: interest, readiness, an end. */
abstract class MemorySocket implements Engine.Socket {
  /** Another one, after it has been handed over. */
  MemoryEngine engine;

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

  /** Leaves its engine; nobody is told of it until {@link #arrive}. */
  final Engine.Handover depart() throws ClosedChannelException {
    checkOpen();
    interest(false, false);
    engine.departs(this);
    return new Departed(this);
  }

  /** Is another engine's of the same host from now on. */
  private void arrive(MemoryEngine at) throws ClosedChannelException {
    checkOpen();
    engine = at;
    at.arrives(this);
  }

  /** A socket between two engines of a host. */
  record Departed(MemorySocket socket) implements Engine.Handover {
    /** The socket, in its new engine. */
    <S extends MemorySocket> S in(MemoryEngine engine, Class<S> type)
        throws ClosedChannelException {
      if (!type.isInstance(socket) || socket.engine.host() != engine.host()) {
        throw new IllegalArgumentException(
            socket.local() + " is not what " + engine.host() + " can take over");
      }
      socket.arrive(engine);
      return type.cast(socket);
    }

    @Override
    public void close() {
      socket.close();
    }
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
