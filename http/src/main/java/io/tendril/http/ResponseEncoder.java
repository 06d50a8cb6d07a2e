package io.tendril.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes the heads of responses: RFC 9112, sections 4 and 6. Knows no clock: what it writes of the
 * date it is told. It keeps one buffer for all that it writes.
 */
public final class ResponseEncoder {
  /** How the end of a response's content is told. */
  public enum Delivery {
    /** There is no content, and no length of it: 204, 304. */
    NOTHING,
    /** There is a length but no content: an answer to HEAD, 205. */
    LENGTH_ONLY,
    /** By its length. */
    LENGTH,
    /** In chunks. */
    CHUNKS,
    /** The connection closes. */
    UNTIL_CLOSE;

    /** How a response to a request is delivered. */
    public static Delivery of(boolean head, boolean http10, Response response) {
      int status = response.status();
      if (status == 204 || status == 304) {
        return NOTHING;
      }
      boolean known = response.body().length() >= 0;
      if (head || status == 205) {
        return known ? LENGTH_ONLY : NOTHING;
      }
      return known ? LENGTH : http10 ? UNTIL_CLOSE : CHUNKS;
    }
  }

  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);
  private static final byte[] CONTENT_LENGTH = "Content-Length: ".getBytes(US_ASCII);
  private static final byte[] CHUNKED = "Transfer-Encoding: chunked\r\n".getBytes(US_ASCII);
  private static final byte[] CLOSE = "Connection: close\r\n".getBytes(US_ASCII);
  private static final byte[] UPGRADE = "Connection: upgrade\r\n".getBytes(US_ASCII);
  private static final byte[] CRLF = {'\r', '\n'};
  private static final ByteBuffer CHUNK_END = ByteBuffer.wrap(CRLF).asReadOnlyBuffer();
  private static final byte[] KEEP_ALIVE = "Connection: keep-alive\r\n".getBytes(US_ASCII);

  /** More than the lines take that do not come from the response. */
  private static final int FIXED_LINES = 160;

  private final Headers everywhere;
  private ByteBuffer buffer = ByteBuffer.allocate(1024);

  /** An encoder of responses that have no fields in common but those that a sender writes. */
  public ResponseEncoder() {
    this(Headers.empty());
  }

  /**
   * An encoder of responses that have more in common.
   *
   * @param everywhere the fields that are among the common lines, which take the place of those
   *     that a response has under the same names
   */
  public ResponseEncoder(Headers everywhere) {
    this.everywhere = everywhere;
  }

  /**
   * Writes a head.
   *
   * @param common whole field lines for every response: {@code Date} and its like
   * @param http10 whether the client speaks HTTP/1.0
   * @param persistent whether the connection stays open after this response
   * @return what to send; good until the next call
   */
  public ByteBuffer head(
      Response response, Delivery delivery, byte[] common, boolean http10, boolean persistent) {
    Headers headers = response.headers();
    ByteBuffer out = room(headers, common.length);
    out.put(Statuses.line(response.status())).put(common);
    fields(out, headers);
    switch (delivery) {
      case LENGTH -> length(out, response.body().length());
      case LENGTH_ONLY -> length(out, response.status() == 205 ? 0 : response.body().length());
      case CHUNKS -> out.put(CHUNKED);
      case NOTHING, UNTIL_CLOSE -> {}
    }
    if (!persistent) {
      out.put(CLOSE);
    } else if (http10) {
      out.put(KEEP_ALIVE);
    }
    if (headers.has("Upgrade")) {
      out.put(UPGRADE);
    }
    return out.put(CRLF).flip();
  }

  /**
   * Writes a response that was prepared, content and all, for a client of HTTP/1.1 whose connection
   * stays open.
   *
   * @param common whole field lines for every response
   * @return what to send, good until the next call; or null if it was not prepared, or has a field
   *     that those take the place of
   */
  public @Nullable ByteBuffer prepared(Response response, byte[] common) {
    byte[] after = response.preparedEnd();
    if (after == null || hasReplaced(response.headers())) {
      return null;
    }
    byte[] line = Statuses.line(response.status());
    ByteBuffer out = room(line.length + common.length + after.length);
    return out.put(line).put(common).put(after).flip();
  }

  /** What of a response comes after the common fields: its own fields and its content. */
  static byte[] end(Response response, ByteBuffer content) {
    Headers headers = response.headers();
    var out = ByteBuffer.allocate(FIXED_LINES + headers.linesLength() + content.remaining());
    ownFields(out, headers);
    if (Delivery.of(false, false, response) == Delivery.LENGTH) {
      length(out, content.remaining());
      out.put(CRLF).put(content.duplicate());
    } else {
      out.put(CRLF);
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  /**
   * Writes the head with which another protocol takes a connection over.
   *
   * @param common whole field lines for every response
   * @return what to send; good until the next call
   */
  public ByteBuffer takeover(Reply.Takeover takeover, byte[] common) {
    Headers headers =
        takeover.status() == 101
            ? takeover.headers().with("Upgrade", takeover.protocol())
            : takeover.headers();
    ByteBuffer out = room(headers, common.length);
    out.put(Statuses.line(takeover.status())).put(common);
    fields(out, headers);
    if (takeover.status() == 101) {
      out.put(UPGRADE);
    }
    return out.put(CRLF).flip();
  }

  // ---- Chunks: RFC 9112, section 7.1 ----------------------------------------------------------

  /** The line before the octets of a chunk; good until the next call. */
  public ByteBuffer chunkStart(int octets) {
    ByteBuffer out = buffer.clear();
    int digits = Math.max(1, 8 - Integer.numberOfLeadingZeros(octets) / 4);
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
      out.put(HEX[octets >> shift & 15]);
    }
    return out.put(CRLF).flip();
  }

  /** What comes behind the octets of a chunk; always the same. */
  public ByteBuffer chunkEnd() {
    return CHUNK_END;
  }

  /**
   * The last chunk, and the trailer section; fields that may not stand there are left out.
   *
   * @return what to send; good until the next call
   */
  public ByteBuffer lastChunk(Headers trailers) {
    ByteBuffer out = room(trailers, 0).put((byte) '0').put(CRLF);
    for (int i = 0; i < trailers.size(); i++) {
      if (!Trailers.isForbidden(trailers, i)) {
        trailers.write(i, out);
      }
    }
    return out.put(CRLF).flip();
  }

  /**
   * Checks that a field may be sent behind the content.
   *
   * @throws IllegalArgumentException if it may not: RFC 9110, section 6.5.1
   */
  public static void checkTrailer(String name, String value) {
    if (Trailers.isForbidden(Headers.of(name, value), 0)) {
      throw new IllegalArgumentException("the field " + name + " as a trailer");
    }
  }

  /**
   * Checks that fields may be in all responses.
   *
   * @throws IllegalArgumentException if one of them is for the sender to write
   */
  public static void checkCommon(Headers fields) {
    for (int i = 0; i < fields.size(); i++) {
      if (isOfSender(fields, i)) {
        throw new IllegalArgumentException("the server itself writes " + fields.name(i));
      }
    }
  }

  // ---- The lines ------------------------------------------------------------------------------

  private static void ownFields(ByteBuffer out, Headers headers) {
    for (int i = 0; i < headers.size(); i++) {
      if (!isOfSender(headers, i)) {
        headers.write(i, out);
      }
    }
  }

  private void fields(ByteBuffer out, Headers headers) {
    if (!hasReplaced(headers)) {
      ownFields(out, headers);
      return;
    }
    for (int i = 0; i < headers.size(); i++) {
      if (!isOfSender(headers, i) && !everywhere.has(headers.name(i))) {
        headers.write(i, out);
      }
    }
  }

  /** Whether any of the fields is among those that all responses have. */
  private boolean hasReplaced(Headers headers) {
    for (int i = 0; i < everywhere.size(); i++) {
      if (headers.has(everywhere.name(i))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a field is one that the sender writes itself. */
  private static boolean isOfSender(Headers headers, int number) {
    return switch (headers.nameLength(number)) {
      case 4 -> headers.isNamed(number, "Date");
      case 6 -> headers.isNamed(number, "Server");
      case 10 -> headers.isNamed(number, "Connection");
      case 14 -> headers.isNamed(number, "Content-Length");
      case 17 -> headers.isNamed(number, "Transfer-Encoding");
      default -> false;
    };
  }

  private ByteBuffer room(Headers headers, int more) {
    return room(FIXED_LINES + headers.linesLength() + more);
  }

  private ByteBuffer room(int octets) {
    if (buffer.capacity() < octets) {
      buffer = ByteBuffer.allocate(octets * 2);
    }
    return buffer.clear();
  }

  private static void length(ByteBuffer out, long length) {
    out.put(CONTENT_LENGTH);
    decimal(out, length);
    out.put(CRLF);
  }

  private static void decimal(ByteBuffer out, long value) {
    int digits = 1;
    for (long left = value; left >= 10; left /= 10) {
      digits++;
    }
    int end = out.position() + digits;
    long left = value;
    for (int i = end - 1; i >= end - digits; i--) {
      out.put(i, (byte) ('0' + left % 10));
      left /= 10;
    }
    out.position(end);
  }
}
