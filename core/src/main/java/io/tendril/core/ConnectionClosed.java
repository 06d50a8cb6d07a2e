package io.tendril.core;

import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a connection has ended. Delivered to {@link Protocol#connectionLost}, and the failure of what
 * was under way. Clean ends carry no stack trace.
 */
public abstract sealed class ConnectionClosed extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient SocketAddress peer;

  private ConnectionClosed(String what, SocketAddress peer, @Nullable Throwable cause) {
    super(what, cause, true, cause != null);
    this.peer = peer;
  }

  /** Says who was at the other end, and what happened. */
  @Override
  public String getMessage() {
    return peer == null // of one that came from another virtual machine
        ? String.valueOf(super.getMessage())
        : Addresses.show(peer) + ": " + super.getMessage();
  }

  /** Who was at the other end. */
  public SocketAddress peer() {
    return peer;
  }

  /** Whether both sides ended it in order. */
  public boolean isClean() {
    return false;
  }

  /** It was closed in order, by either side. */
  public static final class Done extends ConnectionClosed {
    private static final long serialVersionUID = 1L;

    public Done(SocketAddress peer) {
      super("closed", peer, null);
    }

    @Override
    public boolean isClean() {
      return true;
    }
  }

  /** The network or the peer broke it: a reset, a broken pipe, an end in mid-message. */
  public static final class Lost extends ConnectionClosed {
    private static final long serialVersionUID = 1L;

    public Lost(SocketAddress peer, Throwable cause) {
      super("lost: " + cause.getMessage(), peer, cause);
    }

    public Lost(SocketAddress peer, String what) {
      super("lost: " + what, peer, null);
    }
  }

  /** This side aborted it. */
  public static final class Aborted extends ConnectionClosed {
    private static final long serialVersionUID = 1L;

    public Aborted(SocketAddress peer) {
      super("aborted by this side", peer, null);
    }
  }

  /** A time limit of this side passed. */
  public static final class TimedOut extends ConnectionClosed {
    private static final long serialVersionUID = 1L;

    /**
     * Names the limit.
     *
     * @param what what did not happen in time: "no data"
     */
    public TimedOut(SocketAddress peer, String what, Duration limit) {
      super(what + " for " + limit.toMillis() + " ms", peer, null);
    }
  }

  /** A limit of this side was passed; the message names it. */
  public static final class LimitExceeded extends ConnectionClosed {
    private static final long serialVersionUID = 1L;

    public LimitExceeded(SocketAddress peer, String limit) {
      super("limit exceeded: " + limit, peer, null);
    }
  }

  /** The peer broke the rules of the protocol; the message says which. */
  public static final class Violation extends ConnectionClosed {
    private static final long serialVersionUID = 1L;

    public Violation(SocketAddress peer, Throwable cause) {
      super("protocol violation: " + cause.getMessage(), peer, cause);
    }
  }

  /** The protocol of this side threw. */
  public static final class ProtocolThrew extends ConnectionClosed {
    private static final long serialVersionUID = 1L;

    public ProtocolThrew(SocketAddress peer, Throwable cause) {
      super("this side failed: " + cause, peer, cause);
    }
  }

  /** TLS failed: the handshake, the peer's verification, or a record. */
  public static final class TlsFailed extends ConnectionClosed {
    private static final long serialVersionUID = 1L;

    public TlsFailed(SocketAddress peer, String what, Throwable cause) {
      super("TLS: " + what, peer, cause);
    }
  }

  /** The reactor has stopped. */
  public static final class ReactorStopped extends ConnectionClosed {
    private static final long serialVersionUID = 1L;

    public ReactorStopped(SocketAddress peer) {
      super("the reactor has stopped", peer, null);
    }
  }

  /** For reasons of protocols' own. */
  public abstract static non-sealed class ByProtocol extends ConnectionClosed {
    private static final long serialVersionUID = 1L;

    protected ByProtocol(SocketAddress peer, String message, @Nullable Throwable cause) {
      super(message, peer, cause);
    }
  }
}
