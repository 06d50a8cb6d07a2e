package io.tendril.core.policy;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A listener that accepts while there is room, and its owner has not paused it. */
final class LimitedListener implements Listener {
  private final OpenConnections connections;
  private @Nullable Listener inner;
  private boolean pausedByOwner;
  private boolean paused;
  private boolean closed;

  LimitedListener(int most) {
    connections =
        new OpenConnections(most) {
          @Override
          void changed() {
            update();
          }
        };
  }

  OpenConnections connections() {
    return connections;
  }

  /** The listener is open. */
  Listener around(Listener opened) {
    inner = opened;
    update();
    return this;
  }

  private Listener inner() {
    Listener opened = inner;
    if (opened == null) {
      throw new IllegalStateException("not open yet");
    }
    return opened;
  }

  private void update() {
    boolean pause = pausedByOwner || connections.full();
    if (inner == null || closed || pause == paused) {
      return;
    }
    paused = pause;
    if (pause) {
      inner.pauseAccepting();
    } else {
      inner.resumeAccepting();
    }
  }

  @Override
  public SocketAddress address() {
    return inner().address();
  }

  @Override
  public int port() {
    return inner().port();
  }

  @Override
  public void pauseAccepting() {
    pausedByOwner = true;
    update();
  }

  @Override
  public void resumeAccepting() {
    pausedByOwner = false;
    update();
  }

  @Override
  public Deferred<Void> reload() {
    return inner().reload();
  }

  @Override
  public Deferred<Void> close() {
    closed = true;
    return inner().close();
  }
}
