package io.tendril.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Sink;
import java.nio.ByteBuffer;

/**
 * Where the content of a message is written. Used in the reactor's thread.
 *
 * <p>The head of a response waits for the first octet, or the end. To write nothing, a buffer in
 * which none remain, sends it ahead.
 */
public interface BodySink extends Sink {
  /**
   * Adds a field behind the content, where the message is sent in chunks; elsewhere there is no
   * place for it, and it is dropped. A client that wants such fields says {@code TE: trailers}.
   *
   * @throws IllegalArgumentException if the name or the value is none, or the field is one of
   *     framing, routing, authentication or the like (RFC 9110, section 6.5.1)
   */
  void trailer(String name, String value);

  /** Writes octets, and tells when more are welcome. Fails if nobody takes them any more. */
  default Deferred<Void> send(ByteBuffer data) {
    write(data);
    return ready();
  }

  /** Writes text as UTF-8, and tells when more is welcome. Fails if nobody takes it any more. */
  default Deferred<Void> send(String text) {
    return send(ByteBuffer.wrap(text.getBytes(UTF_8)));
  }

  /** Fires when more is welcome; fails with the reason once this is closed. */
  default Deferred<Void> ready() {
    if (writable()) {
      return Deferred.done();
    }
    Promise<Void> promise = Promise.create();
    Registration closed =
        onClosed(reason -> {
          if (!promise.isDone()) {
            promise.fail(reason);
          }
        });
    onWritable(() -> {
      closed.cancel();
      if (!promise.isDone()) {
        promise.succeed();
      }
    });
    return promise.deferred();
  }
}
