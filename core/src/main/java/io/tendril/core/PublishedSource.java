package io.tendril.core;

import io.tendril.core.internal.Home;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A publisher, which may run in any thread, as a source. It is subscribed to when the flow begins,
 * and asked for a few items in advance; so while this is paused, no more than those wait here.
 */
final class PublishedSource implements Source {
  private static final int AHEAD = 16;

  /**
   * One request in so many comes a turn later. A publisher that answers at once, inside of the
   * request, would otherwise hold the reactor for as long as it has something.
   */
  private static final int REST = 64;

  private final Flow.Publisher<? extends ByteBuffer> publisher;
  private @Nullable Flowing flowing;
  private boolean paused;
  private boolean stopped;

  PublishedSource(Flow.Publisher<? extends ByteBuffer> publisher) {
    this.publisher = Objects.requireNonNull(publisher);
  }

  @Override
  public Deferred<Long> forEach(Receiver consumer) {
    if (flowing != null) {
      throw new IllegalStateException("a source flows once");
    }
    var flow = new Flowing(consumer);
    flowing = flow;
    if (stopped) {
      flow.stop();
    } else {
      try {
        publisher.subscribe(flow);
      } catch (RuntimeException e) { // §1.9: it must not
        flow.end(e);
      }
    }
    return flow.promise.deferred();
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    paused = false;
    if (flowing != null) {
      flowing.resume();
    }
  }

  @Override
  public void stop() {
    stopped = true;
    if (flowing != null) {
      flowing.stop();
    }
  }

  /** The subscriber. */
  private final class Flowing implements Flow.Subscriber<ByteBuffer> {
    private final Promise<Long> promise = Promise.create();
    private final Home home = Home.current();
    private final Mailbox mailbox = new Mailbox(home);
    private final Queue<ByteBuffer> waiting = new ArrayDeque<>(AHEAD);
    private final Receiver consumer;
    private Flow.@Nullable Subscription subscription;
    private boolean completed;
    private boolean over;
    private long count;
    private int requests;

    Flowing(Receiver consumer) {
      this.consumer = consumer;
      promise.onCancel(this::leave);
    }

    // ---- From the publisher -------------------------------------------------------------------

    @Override
    public void onSubscribe(Flow.Subscription offered) {
      Objects.requireNonNull(offered);
      mailbox.put(() -> {
        if (subscription != null || over) { // §2.5
          offered.cancel();
        } else {
          subscription = offered;
          offered.request(AHEAD);
        }
      });
    }

    @Override
    public void onNext(ByteBuffer item) {
      Objects.requireNonNull(item);
      mailbox.put(() -> {
        if (over) {
          return;
        }
        if (waiting.size() == AHEAD) { // §1.1
          end(new IllegalStateException("the publisher gives more than it was asked for"));
          return;
        }
        waiting.add(item);
        flow();
      });
    }

    @Override
    public void onError(Throwable failure) {
      Objects.requireNonNull(failure);
      mailbox.put(() -> {
        completed = true;
        end(failure);
      });
    }

    @Override
    public void onComplete() {
      mailbox.put(() -> {
        completed = true;
        flow();
      });
    }

    // ---- To the consumer ----------------------------------------------------------------------

    private void flow() {
      while (!over && !paused && !waiting.isEmpty()) {
        ByteBuffer item = waiting.remove();
        count += item.remaining();
        try {
          consumer.accept(item);
        } catch (Throwable e) {
          home.caught(e);
          end(e);
          return;
        }
        askForMore();
      }
      if (completed && waiting.isEmpty() && !over) {
        over = true;
        promise.succeed(count);
      }
    }

    private void askForMore() {
      if (++requests % REST == 0 && home.hasLoop()) {
        home.post(() -> mailbox.put(this::ask));
      } else {
        ask();
      }
    }

    private void ask() {
      if (!over && !completed && subscription != null) {
        subscription.request(1);
      }
    }

    void resume() {
      if (!over) {
        home.post(() -> mailbox.put(this::flow));
      }
    }

    void stop() {
      end(new CancellationException("the source was stopped"));
    }

    void end(Throwable why) {
      if (!over) {
        leave();
        promise.fail(why);
      }
    }

    private void leave() {
      over = true;
      waiting.clear();
      if (subscription != null && !completed) {
        subscription.cancel();
      }
    }
  }
}
