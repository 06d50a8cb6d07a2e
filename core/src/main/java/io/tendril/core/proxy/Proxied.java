package io.tendril.core.proxy;

import java.net.SocketAddress;

/**
 * A connection that a proxy has handed on: {@code transport.query(Proxied.class)}. The transport's
 * own {@code peer()} and {@code local()} are those that the header names, where it does.
 *
 * @param proxy who has really connected
 * @param local to where
 * @param header what the proxy has said
 */
public record Proxied(SocketAddress proxy, SocketAddress local, ProxyHeader header) {}
