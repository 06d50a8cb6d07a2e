package io.tendril.http;

import io.tendril.core.Deferred;
import io.tendril.core.Source;

/** A source of which no more than so many octets are taken. */
final class LimitedSource implements Source {
  private final Source source;
  private final long length;
  private final long limit;
  private long passed;

  /**
   * Limits a source.
   *
   * @param length how many octets it has, or -1 if that is not known
   */
  LimitedSource(Source source, long length, long limit) {
    this.source = source;
    this.length = length;
    this.limit = limit;
  }

  static HttpFailure tooLong(long limit) {
    return new HttpFailure(413, "content of more than " + limit + " octets");
  }

  @Override
  public Deferred<Long> forEach(Receiver consumer) {
    if (length > limit) {
      return Deferred.failed(tooLong(limit));
    }
    return source.forEach(data -> {
      passed += data.remaining();
      if (passed > limit) {
        throw tooLong(limit);
      }
      consumer.accept(data);
    });
  }

  @Override
  public void pause() {
    source.pause();
  }

  @Override
  public void resume() {
    source.resume();
  }

  @Override
  public void stop() {
    source.stop();
  }
}
