package io.tendril.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.Source;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.function.Supplier;

/** The content of a message: here already, in a file, or still to come. */
public sealed interface Body {
  /** How many octets, or -1 if that is not known yet. */
  long length();

  /**
   * All of it, as an array of the caller's own. Content that is still to come is collected, once;
   * if it is longer than the limit for that, this fails with an {@link HttpFailure} of 413.
   */
  Deferred<byte[]> bytes();

  /** As {@link #bytes()}, with another limit of what is collected. */
  default Deferred<byte[]> bytes(int limit) {
    return limitedTo(limit).bytes();
  }

  /** All of it as UTF-8 text, as {@link #bytes()}. */
  default Deferred<String> text() {
    return bytes().thenApply(bytes -> new String(bytes, UTF_8));
  }

  /** As {@link #text()}, with another limit of what is collected. */
  default Deferred<String> text(int limit) {
    return limitedTo(limit).text();
  }

  /**
   * The same content with another limit, both of what flows and of what is collected: past it the
   * flow fails with an {@link HttpFailure} of 413. Content that is here already has none.
   */
  default Body limitedTo(long octets) {
    return this;
  }

  /**
   * The fields that came behind the content, once it has all been read; none before. They are no
   * part of the message's header fields (RFC 9110, section 6.5).
   */
  default Headers trailers() {
    return Headers.empty();
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
   * Content that flows from somewhere, once. It is sent at the pace of who receives it; if nobody
   * does any more, the source is stopped.
   */
  static Body of(Source source) {
    return new Stream(source, -1, Stream.COLLECTED);
  }

  /** As {@link #of(Source)}, of so many octets; to send fewer or more is a failure. */
  static Body of(Source source, long length) {
    return new Stream(source, length, Stream.COLLECTED);
  }

  /**
   * Content that somebody writes when it is asked for, at the pace of who receives it.
   *
   * <pre>{@code
   * Body.written(sink -> reactor.async(() -> {
   *   for (Row row : rows) {
   *     sink.send(row.toCsv()).await();
   *   }
   * }))
   * }</pre>
   */
  static Body written(Writer writer) {
    return new Written(writer, -1);
  }

  /** As {@link #written(Writer)}, of so many octets; to write fewer or more is a failure. */
  static Body written(long length, Writer writer) {
    if (length < 0) {
      throw new IllegalArgumentException("a length of " + length);
    }
    return new Written(writer, length);
  }

  /** Writes the content of a message. */
  @FunctionalInterface
  interface Writer {
    /**
     * Writes it. Called at most once, in the reactor's thread.
     *
     * @return fires when all is written; if it fails, so does the message, which then does not look
     *     complete to who receives it. If nothing has been written until then, a server answers as
     *     if the handler had failed. Cancelled if the connection is gone
     */
    Deferred<?> write(BodySink sink) throws Exception;
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
   * A part of an open file. It belongs to the message: whoever sends that releases it, however that
   * ends.
   *
   * @param file open for reading
   * @param position where the content begins
   * @param length how many octets it has
   * @param release what to do with the file when it is not needed any more; must not block for long
   */
  record FilePart(FileChannel file, long position, long length, Runnable release) implements Body {
    /** A part of a file that is closed when it is not needed any more. */
    public FilePart(FileChannel file, long position, long length) {
      this(file, position, length, () -> close(file));
    }

    private static void close(FileChannel file) {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

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
   * Content in pieces, one behind the other.
   *
   * @param parts at least one; the length of each is known
   */
  record Sequence(List<Body> parts) implements Body {
    /** Checks the parts. */
    public Sequence {
      parts = List.copyOf(parts);
      if (parts.isEmpty() || parts.stream().anyMatch(part -> part.length() < 0)) {
        throw new IllegalArgumentException("a sequence of nothing, or of unknown length");
      }
    }

    @Override
    public long length() {
      return parts.stream().mapToLong(Body::length).sum();
    }

    @Override
    public Deferred<byte[]> bytes() {
      return Deferred.gather(parts.stream().map(Body::bytes).toList())
          .thenApply(pieces -> {
            var all = new ByteArrayOutputStream();
            pieces.forEach(all::writeBytes);
            return all.toByteArray();
          });
    }
  }

  /**
   * Content that flows, once.
   *
   * @param source where it comes from
   * @param length how many octets it has, or -1 if that is not known
   * @param limit the most octets that {@link #bytes} collects
   * @param trailing tells the fields behind it, once it has flown
   */
  record Stream(Source source, long length, int limit, Supplier<Headers> trailing) implements Body {
    /** The most octets that are collected unless somebody says otherwise. */
    static final int COLLECTED = 1 << 20;

    /** A stream with nothing behind it. */
    public Stream(Source source, long length, int limit) {
      this(source, length, limit, Headers::empty);
    }

    @Override
    public Headers trailers() {
      return trailing.get();
    }

    @Override
    public Body limitedTo(long octets) {
      int collected = (int) Math.min(octets, Integer.MAX_VALUE - 8);
      return new Stream(new LimitedSource(source, length, octets), length, collected, trailing);
    }

    @Override
    public Deferred<byte[]> bytes() {
      if (length > limit) {
        return Deferred.failed(LimitedSource.tooLong(limit));
      }
      var collected = new CollectingSink(limit, length);
      return source.forEach(collected::write).thenApply(_ -> collected.octets());
    }
  }

  /**
   * Content that is written when it is asked for.
   *
   * @param writer who writes it
   * @param length how many octets it has, or -1 if that is not known
   */
  record Written(Writer writer, long length) implements Body {
    @Override
    public Deferred<byte[]> bytes() {
      var collected = new CollectingSink(Stream.COLLECTED, length);
      try {
        return writer.write(collected).thenApply(_ -> collected.octets());
      } catch (Exception e) {
        return Deferred.failed(e);
      }
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
