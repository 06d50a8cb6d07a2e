package io.tendril.core.process;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.Source;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A program that is run to its end, and what it prints meanwhile. */
final class Capturing {
  private final ChildProcess child;
  private final Promise<Captured> promise;
  private @Nullable ExitStatus status;
  private @Nullable ByteBuffer output;
  private @Nullable ByteBuffer errors;

  private Capturing(ChildProcess child, Promise<Captured> promise) {
    this.child = child;
    this.promise = promise;
  }

  static Deferred<Captured> run(Command command, Reactor reactor, ByteBuffer input, int limit) {
    return reactor
        .spawn(command)
        .thenCompose(child -> {
          Promise<Captured> promise = reactor.promise();
          promise.onCancel(() -> giveUp(child));
          new Capturing(child, promise).begin(input, limit);
          return promise.deferred();
        });
  }

  private static void giveUp(ChildProcess child) {
    child.kill();
    child.close();
  }

  private void begin(ByteBuffer input, int limit) {
    if (piped(0)) {
      var _ =
          child
              .input()
              .writeFully(input)
              .exceptionally(ConnectionClosed.class, broken -> null) // it need not read it all
              .thenRun(() -> child.input().loseConnection())
              .exceptionally(this::failed);
    }
    collect(1, limit);
    collect(2, limit);
    var _ =
        child
            .exited()
            .thenAccept(how -> status = how)
            .thenRun(this::look)
            .exceptionally(this::failed);
  }

  private boolean piped(int number) {
    return child.command().wiring().get(number) instanceof Wiring.Pipe;
  }

  private void collect(int number, int limit) {
    var printed = new ByteArrayOutputStream();
    Deferred<Long> all =
        piped(number)
            ? child.output(number).forEach(data -> keep(printed, data, limit))
            : Deferred.succeeded(0L);
    var _ =
        all.thenAccept(
                count -> {
                  ByteBuffer whole = ByteBuffer.wrap(printed.toByteArray());
                  if (number == 1) {
                    output = whole;
                  } else {
                    errors = whole;
                  }
                  look();
                })
            .exceptionally(this::failed);
  }

  private void keep(ByteArrayOutputStream printed, ByteBuffer data, int limit) {
    if (promise.isDone()) {
      return;
    } else if (data.remaining() > limit - printed.size()) {
      failed(new Source.LimitExceeded(limit));
      return;
    }
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    printed.write(bytes, 0, bytes.length);
  }

  private void look() {
    if (status != null && output != null && errors != null && !promise.isDone()) {
      promise.succeed(new Captured(status, output, errors));
    }
  }

  private @Nullable Void failed(Throwable failure) {
    if (!promise.isDone()) {
      promise.fail(failure);
      giveUp(child);
    }
    return null;
  }
}
