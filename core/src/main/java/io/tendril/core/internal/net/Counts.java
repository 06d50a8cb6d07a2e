package io.tendril.core.internal.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What has become of a reactor's connections. One thread counts, which costs it no more than plain
 * fields do; any may look.
 */
public final class Counts {
  private static final VarHandle OPEN = handle("open", int.class);
  private static final VarHandle SERVED = handle("served", int.class);
  private static final VarHandle ACCEPTED = handle("accepted", long.class);
  private static final VarHandle REFUSED = handle("refused", long.class);
  private static final VarHandle CLOSED = handle("closed", long.class);

  private int open;
  private int served;
  private long accepted;
  private long refused;
  private long closed;

  Counts() {}

  private static VarHandle handle(String field, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(Counts.class, field, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  void accept() {
    ACCEPTED.setOpaque(this, accepted + 1);
  }

  void refuse() {
    REFUSED.setOpaque(this, refused + 1);
  }

  void opened(boolean byPeer) {
    OPEN.setOpaque(this, open + 1);
    if (byPeer) {
      SERVED.setOpaque(this, served + 1);
    }
  }

  void ended(boolean byPeer) {
    OPEN.setOpaque(this, open - 1);
    if (byPeer) {
      SERVED.setOpaque(this, served - 1);
    }
    CLOSED.setOpaque(this, closed + 1);
  }

  /** Connections that are open now, those made as a client among them. */
  public int open() {
    return (int) OPEN.getOpaque(this);
  }

  /** Connections that are open now and were accepted. */
  public int served() {
    return (int) SERVED.getOpaque(this);
  }

  /** Connections accepted. */
  public long accepted() {
    return (long) ACCEPTED.getOpaque(this);
  }

  /** Connections that a factory or a policy has refused. */
  public long refused() {
    return (long) REFUSED.getOpaque(this);
  }

  /** Connections that are gone, refused ones among them. */
  public long closed() {
    return (long) CLOSED.getOpaque(this);
  }
}
