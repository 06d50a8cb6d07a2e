package io.tendril.testing;

import io.tendril.core.unix.UnixAddress;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * The UNIX sockets that listen on a host. A name is there for as long as somebody listens: it is in
 * no file system, and nothing is left of it.
 */
final class UnixNames {
  /** An address of the host that nobody else uses: each name is a port of it. */
  private static final InetAddress APART = MemoryHost.literal("127.255.255.254");

  private final MemoryHost host;
  private final Map<UnixAddress, InetSocketAddress> bound = new HashMap<>();

  UnixNames(MemoryHost host) {
    this.host = host;
  }

  InetSocketAddress bind(UnixAddress name) throws BindException {
    if (name.isUnnamed() || bound.containsKey(name)) {
      throw new BindException("Address already in use");
    }
    InetSocketAddress port = host.streamPorts().bind(new InetSocketAddress(APART, 0), false);
    bound.put(name, port);
    return port;
  }

  InetSocketAddress find(UnixAddress name) throws ConnectException {
    InetSocketAddress port = bound.get(name);
    if (port == null) {
      throw new ConnectException(
          name.isPath() ? "No such file or directory" : "Connection refused");
    }
    return port;
  }

  void release(UnixAddress name) {
    bound.remove(name);
  }
}
