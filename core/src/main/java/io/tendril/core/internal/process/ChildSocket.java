package io.tendril.core.internal.process;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.internal.net.Explanation;
import io.tendril.core.process.ChildProcess;
import io.tendril.core.process.ExitStatus;
import io.tendril.core.process.ProcessAddress;
import io.tendril.core.process.ProcessEnded;
import io.tendril.spi.Engine;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * A pipe to a child, or its terminal, as a socket that knows the child. One that a conversation is
 * held over is drained only when the child has died, so that its status is the connection's reason;
 * and that the child reads no more does not end it, since there may be more to read of the child.
 */
final class ChildSocket implements Engine.StreamSocket, Explanation {
  /** What ends the input of whoever reads lines from a terminal. */
  private static final byte END_OF_TRANSMISSION = 4;

  private final Engine.StreamSocket below;
  private final RunningChild child;
  private final boolean conversation;
  private final boolean terminal;
  private Engine.Ready told = (readable, writable) -> {};
  private Runnable atEnd = () -> {};
  private boolean wantsRead;
  private boolean wantsWrite;
  private boolean ended;
  private boolean open = true;

  /** Closed, but for the descriptor, which closes with the child's end. */
  private boolean closing;

  private @Nullable IOException broken;

  ChildSocket(
      Engine.StreamSocket below, RunningChild child, boolean conversation, boolean terminal) {
    this.below = below;
    this.child = child;
    this.conversation = conversation;
    this.terminal = terminal;
  }

  /** Says what is to be done when the input has ended. */
  void atEnd(Runnable action) {
    atEnd = action;
  }

  boolean isOpen() {
    return open;
  }

  /** The child has died. */
  void died() {
    release();
    if (ended && wantsRead && open) {
      told.ready(true, false);
    }
  }

  /** The child's end need not be waited for any more. */
  void release() {
    if (closing) {
      closing = false;
      below.close();
    }
  }

  // ---- Readiness ------------------------------------------------------------------------------

  @Override
  public void ready(Engine.Ready ready) {
    told = ready;
    below.ready(ready);
  }

  /** After its end the input is ready for ever, and there is only the child's to wait for. */
  @Override
  public void interest(boolean readable, boolean writable) {
    wantsRead = readable;
    wantsWrite = writable;
    below.interest(readable && !(ended && conversation), writable && broken == null);
  }

  // ---- Bytes ----------------------------------------------------------------------------------

  @Override
  public boolean finishConnect() throws IOException {
    return below.finishConnect();
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int count = below.read(into);
    if (count < 0 && !ended) {
      ended = true;
      interest(wantsRead, wantsWrite);
      atEnd.run();
    }
    return count;
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    if (broken == null) {
      try {
        return below.write(from, offset, length);
      } catch (IOException e) {
        isBroken(e);
      }
    }
    long dropped = 0;
    for (int i = offset; i < offset + length; i++) {
      dropped += from[i].remaining();
      from[i].position(from[i].limit());
    }
    return dropped;
  }

  @Override
  public long sendFile(FileChannel file, long position, long count) throws IOException {
    if (broken == null) {
      try {
        return below.sendFile(file, position, count);
      } catch (IOException e) {
        isBroken(e);
      }
    }
    return Math.max(0, Math.min(count, file.size() - position));
  }

  /** A pipe by itself is broken as one is everywhere. */
  private void isBroken(IOException failure) throws IOException {
    if (!conversation && !terminal) {
      throw failure;
    }
    broken = failure;
  }

  @Override
  public long unsent() {
    return below.unsent();
  }

  @Override
  public void checkSent() throws IOException {
    below.checkSent();
  }

  // ---- The end --------------------------------------------------------------------------------

  @Override
  public void shutdownOutput() throws IOException {
    if (terminal && !ended) {
      var end = ByteBuffer.wrap(new byte[] {END_OF_TRANSMISSION});
      long _ = write(new ByteBuffer[] {end}, 0, 1); // if it has room
    } else if (!terminal) {
      below.shutdownOutput();
    }
  }

  @Override
  public boolean drained() throws IOException {
    return below.drained() && (!conversation || child.status() != null);
  }

  @Override
  public boolean lingers() {
    return conversation || below.lingers();
  }

  /** A program may close its terminal just before it exits: it is not hung up on then. */
  @Override
  public void close() {
    open = false;
    if (terminal && ended && child.isAwaited()) {
      closing = true;
      below.interest(false, false);
    } else {
      below.close();
    }
  }

  @Override
  public void abort() {
    open = false;
    closing = false;
    below.abort();
  }

  /** The end of a conversation is the child's end, where that is known and nothing else was. */
  @Override
  public ConnectionClosed explain(ConnectionClosed reason) {
    ExitStatus status = child.status();
    boolean plain =
        reason instanceof ConnectionClosed.Done || reason instanceof ConnectionClosed.Lost;
    if (!conversation || !plain) {
      return reason;
    } else if (status == null) {
      return broken == null ? reason : new ConnectionClosed.Lost(peer(), broken);
    }
    return new ProcessEnded(peer(), status, broken != null ? broken : reason.getCause());
  }

  // ---- Who is there ---------------------------------------------------------------------------

  @Override
  public String layer() {
    return terminal ? "terminal" : "pipe";
  }

  @Override
  public @Nullable Object capability(Class<?> wanted) {
    return wanted == ChildProcess.class ? child : wanted == Explanation.class ? this : null;
  }

  @Override
  public SocketAddress local() {
    return below.local();
  }

  @Override
  public SocketAddress peer() {
    return new ProcessAddress(child.command().program(), child.pid());
  }
}
