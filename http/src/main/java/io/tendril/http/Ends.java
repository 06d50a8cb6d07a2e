package io.tendril.http;

import io.tendril.core.tls.TlsSession;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The two ends of the connection that a request came by. A filter that believes a proxy's {@code
 * Forwarded} field puts others in their place: {@link Request#withEnds}.
 */
public interface Ends {
  /** The client's end: the one that a PROXY header names, where there was one. */
  SocketAddress peer();

  /** The server's end. */
  SocketAddress local();

  /** The TLS session between them: its name, protocol and certificates; null if there is none. */
  @Nullable TlsSession tls();

  /** Two ends, without TLS between them. */
  static Ends of(SocketAddress peer, SocketAddress local) {
    return new NamedEnds(peer, local, null);
  }

  /** Two ends with TLS between them. */
  static Ends of(SocketAddress peer, SocketAddress local, TlsSession tls) {
    return new NamedEnds(peer, local, tls);
  }

  /** The ends of a request that came by no connection: port 0 of the loopback interface. */
  static Ends none() {
    return NamedEnds.NONE;
  }
}
