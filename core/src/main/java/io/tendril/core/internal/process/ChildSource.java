package io.tendril.core.internal.process;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Source;
import io.tendril.core.Transport;

/** What a child writes; empty if its pipe has ended in order before anybody took what came. */
record ChildSource(Transport pipe) implements Source {
  @Override
  public Deferred<Long> forEach(Receiver consumer) {
    boolean[] flowed = new boolean[1];
    return pipe.input()
        .forEach(data -> {
          flowed[0] = true;
          consumer.accept(data);
        })
        .exceptionallyCompose(
            ConnectionClosed.Done.class,
            done -> flowed[0] ? Deferred.failed(done) : Deferred.succeeded(0L));
  }

  @Override
  public void pause() {
    pipe.input().pause();
  }

  @Override
  public void resume() {
    pipe.input().resume();
  }

  @Override
  public void stop() {
    pipe.input().stop();
  }
}
