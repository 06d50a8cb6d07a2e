package io.tendril.core;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened inside of a reactor. The records here are core's; protocol modules add
 * their own.
 */
public interface ReactorEvent {

  /** Whether this is a failure: something that a test should not leave behind unexpected. */
  default boolean isFailure() {
    return false;
  }

  /** What was thrown, if the event is about something that was; else null. */
  default @Nullable Throwable failure() {
    return null;
  }

  /** A Deferred failed, and nobody handled it. The origin is known in debug mode. */
  record FailureUnhandled(Throwable failure, @Nullable String origin) implements ReactorEvent {
    @Override
    public boolean isFailure() {
      return true;
    }
  }

  /** A call made by the reactor threw. {@code what} names it: "delayed call", "observer". */
  record CallFailed(String what, Throwable failure) implements ReactorEvent {
    @Override
    public boolean isFailure() {
      return true;
    }
  }

  /** A protocol, or the factory that should have built one, threw; its connection closes. */
  record ProtocolFailed(String what, SocketAddress peer, Throwable failure)
      implements ReactorEvent {
    @Override
    public boolean isFailure() {
      return true;
    }
  }

  /** One call has held the loop for longer than the watchdog's limit; the stack is from inside. */
  record CallTooSlow(Duration soFar, List<StackTraceElement> stack) implements ReactorEvent {}

  /** A factory or a policy refused a connection. */
  record ConnectionRefused(SocketAddress peer, String reason) implements ReactorEvent {}

  /**
   * A TLS handshake with a client came to nothing, which {@code reason} says in words; there was no
   * connection to the factory.
   */
  record HandshakeFailed(SocketAddress peer, String reason, ConnectionClosed cause)
      implements ReactorEvent {}

  /** Certificates or keys have been read again, and are in force for new handshakes. */
  record CertificatesReloaded(String files) implements ReactorEvent {}

  /**
   * What is in files now cannot be used, as the failure says in words; what was before still is.
   */
  record ReloadFailed(String files, Throwable failure) implements ReactorEvent {
    @Override
    public boolean isFailure() {
      return true;
    }
  }

  /** A connection is made. */
  record ConnectionOpened(SocketAddress local, SocketAddress peer, boolean server)
      implements ReactorEvent {}

  /** A connection is gone. */
  record ConnectionEnded(SocketAddress local, SocketAddress peer, ConnectionClosed reason)
      implements ReactorEvent {}

  /** Reading was paused, because more than the high mark waits to be sent. */
  record ReadingPaused(SocketAddress peer, long outboundBytes) implements ReactorEvent {}

  /** A listener is open. */
  record ListenerOpened(SocketAddress address) implements ReactorEvent {}

  /** A listener is closed. */
  record ListenerClosed(SocketAddress address) implements ReactorEvent {}

  /** Accepting failed for want of descriptors or memory; it pauses and goes on by itself. */
  record DescriptorsExhausted(SocketAddress listener, Throwable failure, long shed)
      implements ReactorEvent {}

  /** A shutdown deadline passed; what is named here was aborted. */
  record ShutdownOverdue(List<String> unfinished) implements ReactorEvent {
    @Override
    public boolean isFailure() {
      return true;
    }
  }

  /** A coroutine waited for a Deferred that nobody can fire any more; it is gone, unfinished. */
  record CoroutineAbandoned(String coroutine) implements ReactorEvent {}

  /** A choice that was made once, at start: which engine, which carrier, and why. */
  record Chosen(String what, String choice, String why) implements ReactorEvent {}
}
