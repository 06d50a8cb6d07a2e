package io.tendril.core;

import io.tendril.core.internal.Home;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A source as a publisher, for one subscriber, in the thread of the source. It flows while there is
 * demand, from the first demand on, and is paused while there is none.
 *
 * <p>The numbers are those of the rules of Reactive Streams.
 */
final class SourcePublisher implements Flow.Publisher<ByteBuffer> {
  private final Source source;
  private final Home home = Home.current();
  private final AtomicBoolean taken = new AtomicBoolean();

  SourcePublisher(Source source) {
    this.source = source;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    Objects.requireNonNull(subscriber);
    if (taken.getAndSet(true)) {
      OnePublisher.Refused.refuse(subscriber, "a source flows once: it takes one subscriber");
    } else {
      new Flowing(source, subscriber, home).subscribed();
    }
  }

  private static final class Flowing implements Flow.Subscription {
    private final Source source;
    private final Home home;
    private final Mailbox mailbox;
    private volatile boolean ended;

    /** Null once the last has been said: nothing here holds it any more (§3.13). */
    private Flow.@Nullable Subscriber<? super ByteBuffer> subscriber;

    private long demand;
    private boolean paused;
    private @Nullable Deferred<?> flow;

    Flowing(Source source, Flow.Subscriber<? super ByteBuffer> subscriber, Home home) {
      this.source = source;
      this.subscriber = subscriber;
      this.home = home;
      this.mailbox = new Mailbox(home);
    }

    void subscribed() {
      mailbox.put(() -> signal(to -> to.onSubscribe(this)));
    }

    // ---- From the subscriber ------------------------------------------------------------------

    @Override
    public void request(long n) {
      mailbox.put(() -> requested(n));
    }

    private void requested(long n) {
      if (ended) {
        return;
      }
      if (n <= 0) { // §3.9
        end(to -> to.onError(new IllegalArgumentException("a request for " + n)));
        source.stop();
        return;
      }
      demand = demand + n < 0 ? Long.MAX_VALUE : demand + n; // §3.17
      if (flow == null) {
        start();
      } else if (paused) {
        paused = false;
        source.resume();
      }
    }

    private void start() {
      flow =
          Deferred.of(() -> source.forEach(this::received))
              .handle(
                  count -> {
                    mailbox.put(() -> end(Flow.Subscriber::onComplete));
                    return null;
                  },
                  failure -> {
                    mailbox.put(() -> end(to -> to.onError(failure)));
                    return null;
                  });
    }

    @Override
    public void cancel() {
      ended = true; // §3.12: signals stop soon, also when this comes from another thread
      mailbox.put(() -> {
        subscriber = null;
        source.stop();
      });
    }

    // ---- From the source ----------------------------------------------------------------------

    private void received(ByteBuffer data) {
      if (ended || !data.hasRemaining()) {
        return;
      }
      if (demand == 0) {
        throw new IllegalStateException("the source goes on though it was paused");
      }
      if (demand != Long.MAX_VALUE && --demand == 0) {
        paused = true;
        source.pause();
      }
      ByteBuffer copy = ByteBuffer.allocate(data.remaining()).put(data).flip();
      mailbox.put(() -> signal(to -> to.onNext(copy)));
    }

    private void signal(Consumer<Flow.Subscriber<? super ByteBuffer>> signal) {
      var to = subscriber;
      if (ended || to == null) {
        return;
      }
      try {
        signal.accept(to);
      } catch (Throwable e) { // §2.13: as if it had cancelled
        home.caught(e);
        home.report(e, null);
        cancel();
      }
    }

    private void end(Consumer<Flow.Subscriber<? super ByteBuffer>> signal) {
      signal(to -> {
        ended = true;
        subscriber = null;
        signal.accept(to);
      });
    }
  }
}
