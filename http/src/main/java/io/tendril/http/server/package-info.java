/**
 * An HTTP/1.1 server (RFC 9110 and 9112): {@link io.tendril.http.server.HttpServer}, which runs a
 * handler; {@link io.tendril.http.server.StaticFiles}, a handler that serves a directory; and
 * {@link io.tendril.http.server.AccessLog}.
 *
 * <p>Left out so far: routing, several ranges in one response, precompressed variants.
 */
@NullMarked
package io.tendril.http.server;

import org.jspecify.annotations.NullMarked;
