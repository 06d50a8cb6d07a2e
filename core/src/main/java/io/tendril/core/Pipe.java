package io.tendril.core;

import org.jspecify.annotations.Nullable;

/** One source flowing into one sink, at the sink's pace. */
final class Pipe {
  private final Source source;
  private final Sink sink;
  private Sink.@Nullable Registration watch;
  private boolean ended;

  private Pipe(Source source, Sink sink) {
    this.source = source;
    this.sink = sink;
  }

  static Deferred<Long> start(Source source, Sink sink) {
    return new Pipe(source, sink).flow();
  }

  private Deferred<Long> flow() {
    Promise<Long> promise = Promise.create();
    Deferred<Long> flowing =
        source.forEach(data -> {
          sink.write(data);
          if (!sink.writable()) {
            source.pause();
            sink.onWritable(source::resume);
          }
        });
    Deferred<Void> watched =
        flowing.handle(
            count -> {
              if (end(promise)) {
                promise.succeed(count);
              }
              return null;
            },
            failure -> {
              if (end(promise)) {
                promise.fail(failure);
              }
              return null;
            });
    promise.onCancel(watched::cancel);
    watch =
        sink.onClosed(reason -> {
          if (end(promise)) {
            promise.fail(reason);
            source.stop();
          }
        });
    if (ended) {
      watch.cancel();
    }
    return promise.deferred();
  }

  private boolean end(Promise<Long> promise) {
    boolean first = !ended && !promise.isDone();
    ended = true;
    if (watch != null) {
      watch.cancel();
    }
    return first;
  }
}
