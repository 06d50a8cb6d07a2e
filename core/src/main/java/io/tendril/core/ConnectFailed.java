package io.tendril.core;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection could not be made. The message names the peer and the phase. */
public abstract sealed class ConnectFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String peer;
  private final Phase phase;

  private ConnectFailed(String peer, Phase phase, String message, @Nullable Throwable cause) {
    super("cannot connect to " + peer + ": " + message, cause, true, cause != null);
    this.peer = peer;
    this.phase = phase;
  }

  /** How far it came. */
  public enum Phase {
    RESOLVE,
    BIND,
    CONNECT,
    HANDSHAKE
  }

  /** Who was called, as it was asked for: "example.org:80". */
  public String peer() {
    return peer;
  }

  /** How far it came. */
  public Phase phase() {
    return phase;
  }

  /** Nobody listens there. */
  public static final class Refused extends ConnectFailed {
    private static final long serialVersionUID = 1L;

    public Refused(String peer, Throwable cause) {
      super(peer, Phase.CONNECT, "connection refused" + detail(cause), cause);
    }

    /** Of a UNIX socket, whether its file is missing. */
    private static String detail(Throwable cause) {
      String message = String.valueOf(cause.getMessage());
      return message.equals("Connection refused") ? "" : ": " + message;
    }
  }

  /** No answer in time. */
  public static final class TimedOut extends ConnectFailed {
    private static final long serialVersionUID = 1L;

    public TimedOut(String peer, Phase phase, Duration limit) {
      super(peer, phase, "no answer after " + limit.toMillis() + " ms", null);
    }
  }

  /** No way there. */
  public static final class NoRoute extends ConnectFailed {
    private static final long serialVersionUID = 1L;

    public NoRoute(String peer, Throwable cause) {
      super(peer, Phase.CONNECT, "no route: " + cause.getMessage(), cause);
    }
  }

  /** The name has no address. */
  public static final class UnknownHost extends ConnectFailed {
    private static final long serialVersionUID = 1L;

    public UnknownHost(String peer, Throwable cause) {
      super(peer, Phase.RESOLVE, "unknown host", cause);
    }
  }

  /** The local address or port that was asked for cannot be used. */
  public static final class BindFailed extends ConnectFailed {
    private static final long serialVersionUID = 1L;

    public BindFailed(String peer, Throwable cause) {
      super(peer, Phase.BIND, "cannot use the local address: " + cause.getMessage(), cause);
    }
  }

  /** The connection was made and then refused or lost before it could be used: TLS, a proxy. */
  public static final class HandshakeFailed extends ConnectFailed {
    private static final long serialVersionUID = 1L;

    public HandshakeFailed(String peer, Throwable cause) {
      super(peer, Phase.HANDSHAKE, String.valueOf(cause.getMessage()), cause);
    }
  }

  /** Anything else, with its cause: out of descriptors, the factory threw. */
  public static final class Other extends ConnectFailed {
    private static final long serialVersionUID = 1L;

    public Other(String peer, Phase phase, Throwable cause) {
      super(peer, phase, String.valueOf(cause.getMessage()), cause);
    }
  }

  /** Every address of a name was tried, and every attempt failed. */
  public static final class AllFailed extends ConnectFailed {
    private static final long serialVersionUID = 1L;
    private final transient List<ConnectFailed> attempts;

    public AllFailed(String peer, List<ConnectFailed> attempts) {
      super(peer, Phase.CONNECT, attempts.size() + " addresses tried: " + attempts, null);
      this.attempts = List.copyOf(attempts);
      attempts.forEach(this::addSuppressed);
    }

    /** Each attempt, in order. */
    public List<ConnectFailed> attempts() {
      return attempts;
    }
  }
}
