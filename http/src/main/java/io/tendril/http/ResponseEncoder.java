package io.tendril.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

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

  private static final byte[] CONTENT_LENGTH = "Content-Length: ".getBytes(US_ASCII);
  private static final byte[] CHUNKED = "Transfer-Encoding: chunked\r\n".getBytes(US_ASCII);
  private static final byte[] CLOSE = "Connection: close\r\n".getBytes(US_ASCII);
  private static final byte[] KEEP_ALIVE = "Connection: keep-alive\r\n".getBytes(US_ASCII);

  /** More than the lines take that do not come from the response. */
  private static final int FIXED_LINES = 160;

  private ByteBuffer buffer = ByteBuffer.allocate(1024);

  /** An encoder. */
  public ResponseEncoder() {}

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
    ByteBuffer out = room(response, common.length);
    out.put(Statuses.line(response.status())).put(common);
    for (int i = 0; i < headers.size(); i++) {
      if (!isOfSender(headers, i)) {
        headers.write(i, out);
      }
    }
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
    return out.put((byte) '\r').put((byte) '\n').flip();
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

  private ByteBuffer room(Response response, int common) {
    int needed = FIXED_LINES + common;
    for (int i = 0; i < response.headers().size(); i++) {
      needed += response.headers().lineLength(i);
    }
    if (buffer.capacity() < needed) {
      buffer = ByteBuffer.allocate(needed * 2);
    }
    return buffer.clear();
  }

  private static void length(ByteBuffer out, long length) {
    out.put(CONTENT_LENGTH);
    decimal(out, length);
    out.put((byte) '\r').put((byte) '\n');
  }

  private static void decimal(ByteBuffer out, long value) {
    long power = 1;
    while (value / power >= 10) {
      power *= 10;
    }
    for (; power > 0; power /= 10) {
      out.put((byte) ('0' + value / power % 10));
    }
  }
}
