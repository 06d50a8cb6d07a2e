package io.tendril.http.server;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Source;
import io.tendril.http.ContentDecoder;
import io.tendril.http.Headers;
import io.tendril.http.HttpLimits;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The content of a request on its way from the transport to who reads it.
 *
 * <pre>
 *   WAITING  nobody has asked: it stays in the socket
 *   FLOWING  each piece goes to the consumer, unless paused
 *   SKIPPING nobody will ask any more: the rest is thrown away
 *   DONE     all of it has passed, or there will be no more
 * </pre>
 */
final class IncomingBody implements Source {
  enum State {
    WAITING,
    FLOWING,
    SKIPPING,
    DONE
  }

  private final Intake intake;
  private final ContentDecoder decoder;
  private final ContentTime time;
  private final long length;
  private State state = State.WAITING;
  private boolean paused;
  private long passed;
  private long skipped;
  private @Nullable Receiver consumer;
  private @Nullable Promise<Long> promise;
  private @Nullable Throwable failure;

  /**
   * Content to come.
   *
   * @param length in octets, or -1 for chunks
   */
  IncomingBody(Intake intake, long length, HttpLimits limits) {
    this.intake = intake;
    this.length = length;
    this.decoder = new ContentDecoder(length, limits);
    this.time = new ContentTime(limits);
  }

  // ---- For the one who reads ------------------------------------------------------------------

  @Override
  public Deferred<Long> forEach(Receiver newConsumer) {
    if (consumer != null) {
      throw new IllegalStateException("the content of a request flows once");
    }
    consumer = newConsumer;
    Promise<Long> flow = Promise.create();
    promise = flow;
    if (state == State.WAITING) {
      state = State.FLOWING;
      flow.onCancel(() -> end(new CancellationException("the flow was cancelled")));
      intake.wanted();
    } else {
      flow.fail(failure != null ? failure : new IllegalStateException("the request is over"));
    }
    return flow.deferred();
  }

  @Override
  public void pause() {
    if (state == State.FLOWING && !paused) {
      paused = true;
      intake.paused();
    }
  }

  @Override
  public void resume() {
    if (state == State.FLOWING && paused) {
      paused = false;
      intake.resumed();
    }
  }

  @Override
  public void stop() {
    end(new CancellationException("the source was stopped"));
  }

  /** The consumer has had enough, or failed: what is still to come is thrown away. */
  private void end(Throwable why) {
    if (state == State.FLOWING) {
      state = State.SKIPPING;
      settle(why);
      if (paused) {
        paused = false;
        intake.resumed();
      }
    }
  }

  /** The fields behind the content, once it has passed. */
  Headers trailers() {
    return decoder.trailers();
  }

  // ---- For the intake -------------------------------------------------------------------------

  State state() {
    return state;
  }

  /** How many octets it has, or -1 if that is not known. */
  long length() {
    return length;
  }

  /** How many octets have come so far. */
  long octets() {
    return passed;
  }

  /** How long the client has for more of it. */
  ContentTime time() {
    return time;
  }

  /** Whether it is to be taken as it comes. */
  boolean wanted() {
    return (state == State.FLOWING && !paused) || state == State.SKIPPING;
  }

  /** Nobody will read it any more. */
  void abandon() {
    if (state == State.WAITING) {
      state = State.SKIPPING;
    }
  }

  /** How many octets have been thrown away. */
  long skipped() {
    return skipped;
  }

  /** Passes on what is there, until it is paused or done. */
  void take(ByteBuffer in) {
    while (!paused && state != State.DONE) {
      ByteBuffer piece = decoder.next(in);
      if (piece != null) {
        passed += piece.remaining();
        skipped += state == State.SKIPPING ? piece.remaining() : 0;
        pass(piece);
      }
      if (decoder.done()) {
        finish();
      } else if (piece == null) {
        return;
      }
    }
  }

  private void pass(ByteBuffer piece) {
    Receiver taker = consumer;
    if (state != State.FLOWING || taker == null) {
      return;
    }
    try {
      taker.accept(piece);
    } catch (Exception e) {
      end(e);
    }
  }

  private void finish() {
    boolean flowing = state == State.FLOWING;
    state = State.DONE;
    if (flowing && promise != null) {
      promise.succeed(passed);
    }
  }

  /** There will be no more of it. */
  void fail(Throwable why) {
    boolean flowing = state == State.FLOWING;
    state = State.DONE;
    failure = why;
    if (flowing) {
      settle(why);
    }
  }

  private void settle(Throwable why) {
    if (promise != null && !promise.isDone()) {
      promise.fail(why);
    }
  }
}
