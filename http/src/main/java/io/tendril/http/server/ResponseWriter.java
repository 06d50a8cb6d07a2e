package io.tendril.http.server;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Sink;
import io.tendril.core.Transport;
import io.tendril.http.Body;
import io.tendril.http.Headers;
import io.tendril.http.HttpFailure;
import io.tendril.http.HttpViolation;
import io.tendril.http.Request;
import io.tendril.http.Response;
import io.tendril.http.ResponseEncoder;
import io.tendril.http.ResponseEncoder.Delivery;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Sends one response whose content is not sent at once. The head waits for the first octet: what
 * fails before that can still be answered for what it is.
 */
final class ResponseWriter {
  /** Octets that are handed to the transport at once; more of them wait until it has room. */
  static final int AT_ONCE = 65_536;

  private final HttpConnection connection;
  private final Transport transport;
  private final ServerLoop loop;
  private final ResponseEncoder encoder;
  private final @Nullable Request request;
  private final Response response;
  private final Delivery delivery;
  private long octets;

  /** What the transport has been handed of what is not in a sink. */
  private long handed;

  private @Nullable ContentSink sink;

  /** Whether the head is out. */
  private boolean begun;

  private boolean ended;

  /** Why nothing came of it, if that is known. */
  private @Nullable Throwable failure;

  ResponseWriter(
      HttpConnection connection,
      Transport transport,
      ServerLoop loop,
      ResponseEncoder encoder,
      @Nullable Request request,
      Response response,
      Delivery delivery) {
    this.connection = connection;
    this.transport = transport;
    this.loop = loop;
    this.encoder = encoder;
    this.request = request;
    this.response = response;
    this.delivery = delivery;
  }

  /** Is told whether all of a body was handed to the transport. */
  @FunctionalInterface
  private interface Written {
    void written(boolean complete);
  }

  /** Sends it; nothing else may be sent until the connection is told of the end. */
  void write() {
    write(response.body(), this::ended);
  }

  /** Whether the connection has been told of the end. */
  boolean ended() {
    return ended;
  }

  /** How many octets the transport has been handed so far. */
  long handed() {
    return sink == null ? handed : handed + sink.handed();
  }

  private void ended(boolean complete) {
    ended = true;
    loop.tick();
    if (complete) {
      begin();
    }
    if (begun || request == null) {
      connection.written(request, response.status(), octets, complete);
    } else {
      connection.notBegun(
          request,
          response,
          failure != null ? failure : new IllegalStateException("less content than promised"));
    }
  }

  /** Sends the head, once. */
  private void begin() {
    if (!begun) {
      begun = true;
      connection.sendHead(request, response, delivery);
    }
  }

  private void write(Body body, Written done) {
    switch (body) {
      case Body.Octets(var data) -> writeOctets(data, done);
      case Body.FilePart part -> writeFile(part, done);
      case Body.Sequence(var parts) -> new Parts(parts, done).next();
      case Body.Stream stream -> {
        ContentSink sink = sink(stream.length());
        report(stream.source().pipeTo(sink).thenApply(_ -> finish(sink, stream.trailers())), done);
      }
      case Body.Written(var writer, var length) -> writeWith(writer, sink(length), done);
      case Body.Withheld(var length) -> done.written(length == 0);
    }
  }

  private void writeOctets(ByteBuffer data, Written done) {
    begin();
    octets += data.remaining();
    handed += data.remaining();
    if (data.remaining() <= AT_ONCE) {
      transport.write(data);
      done.written(true);
    } else {
      report(transport.writeFully(data.duplicate()).thenApply(_ -> true), done);
    }
  }

  private void writeFile(Body.FilePart part, Written done) {
    begin();
    handed += part.length();
    Deferred<Boolean> sent =
        transport
            .sendFile(part.file(), part.position(), part.length())
            .thenApply(count -> {
              octets += count;
              return count == part.length();
            })
            .finallyCompose(() -> {
              part.release().run();
              return Deferred.done();
            });
    report(sent, done);
  }

  /** One part after the other. A loop, since a part may be written before the call returns. */
  private final class Parts implements Written {
    private final Iterator<Body> parts;
    private final Written done;
    private boolean inLoop;
    private boolean more;

    Parts(List<Body> parts, Written done) {
      this.parts = parts.iterator();
      this.done = done;
    }

    void next() {
      inLoop = true;
      do {
        more = false;
        if (!parts.hasNext()) {
          done.written(true);
          return;
        }
        write(parts.next(), this);
      } while (more);
      inLoop = false;
    }

    @Override
    public void written(boolean complete) {
      if (!complete) {
        parts.forEachRemaining(ResponseWriter::release);
        done.written(false);
      } else if (inLoop) {
        more = true;
      } else {
        next();
      }
    }
  }

  private ContentSink sink(long length) {
    handed = handed();
    var made =
        new ContentSink(transport, encoder, this::begin, delivery == Delivery.CHUNKS, length);
    sink = made;
    return made;
  }

  /** Lets the handler's writer write; should the connection go first, it is cancelled. */
  private void writeWith(Body.Writer writer, ContentSink sink, Written done) {
    Deferred<?> writing;
    try {
      writing = writer.write(sink);
    } catch (Exception e) {
      writing = Deferred.failed(e);
    }
    Deferred<Boolean> written = writing.thenApply(_ -> finish(sink, Headers.empty()));
    if (written.isDone()) {
      report(written, done);
    } else {
      Sink.Registration closed = transport.onClosed(_ -> written.cancel());
      report(written.whenComplete((_, _) -> closed.cancel()), done);
    }
  }

  private boolean finish(ContentSink sink, Headers trailers) {
    octets += sink.written();
    return sink.end(trailers);
  }

  /**
   * Tells the outcome, and the observers of a failure that is neither the client's nor meant, and
   * of which the connection is not told.
   */
  private void report(Deferred<Boolean> complete, Written done) {
    complete
        .exceptionally(why -> {
          failure = why;
          if (!begun) {
            return false;
          }
          switch (why) {
            case ConnectionClosed _, CancellationException _, HttpViolation _, HttpFailure _ -> {}
            default -> {
              if (request != null) {
                loop.telling.failed(transport, request, why);
              }
            }
          }
          return false;
        })
        .thenAccept(done::written);
  }

  /** Gives back what a body holds that is not sent. */
  static void release(Body body) {
    switch (body) {
      case Body.FilePart part -> part.release().run();
      case Body.Sequence sequence -> sequence.parts().forEach(ResponseWriter::release);
      case Body.Stream stream -> stream.source().stop();
      case Body.Octets _, Body.Written _, Body.Withheld _ -> {}
    }
  }
}
