package io.tendril.testing;

import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A listening socket in memory. */
final class MemoryListener extends MemorySocket implements Engine.ListenSocket {
  private final SocketSettings options;
  private final InetSocketAddress local;
  private final @Nullable UnixAddress name;
  private final Deque<MemoryStream> backlog = new ArrayDeque<>();

  MemoryListener(
      MemoryEngine engine, SocketAddress address, SocketSettings options, Engine.Ready ready)
      throws IOException {
    super(engine, ready);
    this.options = options;
    MemoryHost host = engine.host();
    this.name = address instanceof UnixAddress unix ? unix : null;
    this.local =
        name != null
            ? host.unixNames().bind(name)
            : host.streamPorts().bind(MemoryHost.resolved(address), options.reusePort());
    host.listeners().add(this);
  }

  /** Whether it is of an address's family, if it listens on all addresses. */
  boolean takes(InetAddress address) {
    return !options.ipv6Only() || address instanceof Inet6Address;
  }

  /** A connection asks to be made; false if the backlog has no room for it. */
  boolean called(MemoryStream client, MemoryLink link) {
    if (backlog.size() >= options.backlog()) {
      return false;
    }
    backlog.add(client.answer(engine, options, link));
    changed();
    return true;
  }

  @Override
  public Engine.@Nullable StreamSocket accept(SocketSettings settings) throws IOException {
    MemoryStream connection = take();
    if (connection != null) {
      connection.accepted(settings);
    }
    return connection;
  }

  private @Nullable MemoryStream take() throws IOException {
    checkOpen();
    if (backlog.isEmpty()) {
      return null;
    }
    engine.host().checkDescriptors();
    MemoryStream connection = backlog.remove();
    connection.engine = engine; // this has been handed over since the call came in
    return engine.opened(connection);
  }

  @Override
  public Engine.@Nullable Handover acceptForOther() throws IOException {
    MemoryStream connection = take();
    return connection == null ? null : connection.depart();
  }

  @Override
  public Engine.Handover handOver() throws IOException {
    return depart();
  }

  @Override
  boolean readable() {
    return !backlog.isEmpty();
  }

  @Override
  boolean writable() {
    return false;
  }

  @Override
  public SocketAddress local() {
    return name != null ? name : local;
  }

  /** Where it listens, on this network. */
  InetSocketAddress bound() {
    return local;
  }

  @Override
  void vanish() {
    backlog.forEach(MemoryStream::vanish);
    backlog.clear();
    close();
  }

  /** Closes it; connections that nobody has accepted are reset. */
  @Override
  public void close() {
    if (release()) {
      MemoryHost host = engine.host();
      host.listeners().remove(this);
      host.streamPorts().release(local);
      if (name != null) {
        host.unixNames().release(name);
      }
      backlog.forEach(MemoryStream::abort);
      backlog.clear();
    }
  }
}
