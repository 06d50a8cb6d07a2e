package io.tendril.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.Source;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The content of a message: here already, in a file, or still to come. */
public sealed interface Body {
  /** How many octets, or -1 if that is not known yet. */
  long length();

  /**
   * All of it, as an array of the caller's own. Content that is still to come is collected, once;
   * if it is longer than the limit for that, this fails with an {@link HttpFailure} of 413.
   */
  Deferred<byte[]> bytes();

  /** All of it as UTF-8 text, as {@link #bytes}. */
  default Deferred<String> text() {
    return bytes().thenApply(bytes -> new String(bytes, UTF_8));
  }

  /** No content. */
  static Body empty() {
    return Octets.EMPTY;
  }

  /** Text, as UTF-8. */
  static Body of(String text) {
    return of(text.getBytes(UTF_8));
  }

  /** Octets; the array must not change any more. */
  static Body of(byte[] octets) {
    return new Octets(ByteBuffer.wrap(octets).asReadOnlyBuffer());
  }

  /**
   * Content that is in memory.
   *
   * @param data read-only; its position does not move
   */
  record Octets(ByteBuffer data) implements Body {
    private static final Octets EMPTY = new Octets(ByteBuffer.allocate(0).asReadOnlyBuffer());

    @Override
    public long length() {
      return data.remaining();
    }

    @Override
    public Deferred<byte[]> bytes() {
      return Deferred.succeeded(copy());
    }

    private byte[] copy() {
      var bytes = new byte[data.remaining()];
      data.get(data.position(), bytes);
      return bytes;
    }
  }

  /**
   * A part of an open file. The file belongs to the message: whoever sends it closes it, however
   * that ends.
   *
   * @param file open for reading
   * @param position where the content begins
   * @param length how many octets it has
   */
  record FilePart(FileChannel file, long position, long length) implements Body {
    @Override
    public Deferred<byte[]> bytes() {
      return Reactor.current().deferToThread(this::read);
    }

    private byte[] read() throws IOException {
      var buffer = ByteBuffer.allocate(Math.toIntExact(length));
      while (buffer.hasRemaining()) {
        if (file.read(buffer, position + buffer.position()) < 0) {
          throw new EOFException("the file was cut short");
        }
      }
      return buffer.array();
    }
  }

  /**
   * Content that flows, once.
   *
   * @param source where it comes from
   * @param length how many octets it has, or -1 if that is not known
   * @param limit the most octets that {@link #bytes} collects
   */
  record Stream(Source source, long length, int limit) implements Body {
    @Override
    public Deferred<byte[]> bytes() {
      if (length > limit) {
        return Deferred.failed(tooLong());
      }
      var collected = new ByteArrayOutputStream(length < 0 ? 512 : (int) length);
      return source
          .forEach(data -> {
            if (collected.size() + data.remaining() > limit) {
              throw tooLong();
            }
            var piece = new byte[data.remaining()];
            data.get(piece);
            collected.writeBytes(piece);
          })
          .thenApply(_ -> collected.toByteArray());
    }

    private HttpFailure tooLong() {
      return new HttpFailure(413, "content of more than " + limit + " octets");
    }
  }

  /**
   * What the answer to a HEAD request tells of the content that a GET would have had.
   *
   * @param length how many octets that had, or -1 if that is not known
   */
  record Withheld(long length) implements Body {
    @Override
    public Deferred<byte[]> bytes() {
      return Deferred.succeeded(new byte[0]);
    }
  }
}
