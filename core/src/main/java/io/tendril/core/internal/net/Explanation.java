package io.tendril.core.internal.net;

import io.tendril.core.ConnectionClosed;

/** What a layer of a socket knows of why a connection has ended, as a capability of it. */
public interface Explanation {
  /** The reason to be told instead of one that the transport has found; or that one. */
  ConnectionClosed explain(ConnectionClosed reason);
}
