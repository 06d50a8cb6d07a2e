/**
 * The words of HTTP (RFC 9110) and the codec of HTTP/1.1 (RFC 9112): requests, responses, header
 * fields, content; pure decoders and encoders, for servers and clients alike.
 *
 * <p>Strict: what the standards say must be refused is refused, and so is what lets two
 * implementations disagree about where a message ends. Left out: transfer codings other than
 * chunked.
 */
@NullMarked
package io.tendril.http;

import org.jspecify.annotations.NullMarked;
