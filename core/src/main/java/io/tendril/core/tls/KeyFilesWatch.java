package io.tendril.core.tls;

import io.tendril.core.Deferred;
import io.tendril.core.LoopingCall;
import io.tendril.core.Reactor;
import io.tendril.core.Service;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Looks now and then whether files have changed. */
final class KeyFilesWatch implements Service {
  private final TlsKeyFiles files;
  private final Duration interval;
  private @Nullable LoopingCall loop;

  KeyFilesWatch(TlsKeyFiles files, Duration interval) {
    if (interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException("an interval of " + interval);
    }
    this.files = files;
    this.interval = interval;
  }

  @Override
  public String name() {
    return "watch of " + files;
  }

  @Override
  public Deferred<Void> start(Reactor reactor) {
    if (loop != null) {
      return Deferred.failed(new IllegalStateException(name() + " is started already"));
    }
    var begun = new LoopingCall(reactor, () -> files.look(reactor));
    loop = begun;
    var _ = begun.startLater(interval);
    return Deferred.done();
  }

  @Override
  public Deferred<Void> stop() {
    if (loop != null) {
      loop.stop();
      loop = null;
    }
    return Deferred.done();
  }
}
