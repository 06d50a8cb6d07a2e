package io.tendril.http;

import io.tendril.core.tls.TlsSession;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Ends that somebody gives, not a connection. */
record NamedEnds(SocketAddress peer, SocketAddress local, @Nullable TlsSession tls)
    implements Ends {
  private static final SocketAddress NOWHERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  static final Ends NONE = new NamedEnds(NOWHERE, NOWHERE, null);
}
