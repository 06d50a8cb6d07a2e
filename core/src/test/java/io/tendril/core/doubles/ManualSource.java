package io.tendril.core.doubles;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.Source;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;

/** A source of what a transport's protocol would get. */
public final class ManualSource implements Source {
  private final Promise<Long> end = Promise.create();
  private Receiver consumer = data -> {};
  private long count;

  public boolean paused;

  Protocol asProtocol(Protocol before) {
    return new Protocol() {
      @Override
      public void dataReceived(ByteBuffer data) throws Exception {
        offer(data);
      }

      @Override
      public boolean endReceived() {
        end.succeed(count);
        return true;
      }

      @Override
      public void connectionLost(ConnectionClosed reason) throws Exception {
        before.connectionLost(reason);
      }
    };
  }

  /** Bytes come. */
  public void offer(ByteBuffer data) throws Exception {
    count += data.remaining();
    consumer.accept(data);
    data.position(data.limit());
  }

  @Override
  public Deferred<Long> forEach(Receiver newReceiver) {
    consumer = newReceiver;
    return end.deferred();
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    paused = false;
  }

  @Override
  public void stop() {
    end.fail(new CancellationException("stopped"));
  }
}
