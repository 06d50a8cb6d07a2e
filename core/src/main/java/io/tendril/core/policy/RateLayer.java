package io.tendril.core.policy;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Source;
import io.tendril.core.Transport;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * One connection's part of a {@link RateLimit}. Reading is paused for up to three reasons at once,
 * and goes on when none of them is left: the protocol wants it, the bytes that came are not paid
 * for, or too many are held back on the way out.
 */
final class RateLayer extends Layer {
  private final @Nullable Bucket incoming;
  private final @Nullable PacedOutput output;

  private boolean pausedByProtocol;
  private boolean pausedByRate;
  private boolean pausedByOutput;
  private boolean pauseWhenFull = true;
  private boolean closing;
  private boolean pausedBelow;
  private @Nullable DelayedCall resumption;

  /** Where the input flows from, once it does. */
  private @Nullable Source flowing;

  RateLayer(Transport below, @Nullable Bucket incoming, @Nullable Bucket outgoing) {
    super(below);
    this.incoming = incoming;
    this.output = outgoing == null ? null : new PacedOutput(below, outgoing, this::outputFilled);
  }

  // ---- The way in -----------------------------------------------------------------------------

  @Override
  void delivered(int count) {
    if (incoming == null || closing) {
      return;
    }
    incoming.spend(count);
    if (!incoming.debt().isZero()) {
      pausedByRate = true;
      update();
      await(incoming);
    }
  }

  private void await(Bucket bucket) {
    resumption =
        reactor()
            .callLater(
                bucket.debt(),
                () -> {
                  resumption = null;
                  if (bucket.debt().isZero()) {
                    pausedByRate = false;
                    update();
                  } else {
                    await(bucket); // others, who share it, have spent more
                  }
                });
  }

  private void outputFilled(boolean full) {
    pausedByOutput = full;
    update();
  }

  private boolean shouldPause() {
    return pausedByProtocol || pausedByRate || closing || (pausedByOutput && pauseWhenFull);
  }

  /** Pauses or resumes below, where that is not as it should be. */
  private void update() {
    boolean pause = shouldPause();
    if (pause == pausedBelow) {
      return;
    }
    pausedBelow = pause;
    Source source = flowing;
    if (source != null) {
      if (pause) {
        source.pause();
      } else {
        source.resume();
      }
    } else if (pause) {
      inner().pauseReading();
    } else {
      inner().resumeReading();
    }
  }

  @Override
  public void pauseReading() {
    pausedByProtocol = true;
    update();
  }

  @Override
  public void resumeReading() {
    pausedByProtocol = false;
    update();
  }

  @Override
  void pauseInput(Source source) {
    pauseReading();
  }

  @Override
  void resumeInput(Source source) {
    resumeReading();
  }

  @Override
  void flows(Source source) {
    flowing = source;
    startAfresh();
  }

  @Override
  public boolean reading() {
    return !closing && super.reading();
  }

  @Override
  public void pauseReadingWhenFull(boolean pause) {
    pauseWhenFull = pause;
    super.pauseReadingWhenFull(pause);
    update();
  }

  @Override
  public <P extends Protocol> P become(ProtocolFactory<P> factory) {
    P next = super.become(factory);
    flowing = null;
    if (output != null) {
      output.handedOver();
    }
    startAfresh();
    return next;
  }

  /** What reads now has not paused; whether below something is paused still is not known. */
  private void startAfresh() {
    pausedByProtocol = false;
    pausedBelow = !shouldPause();
    update();
  }

  // ---- The way out ----------------------------------------------------------------------------

  @Override
  public void write(ByteBuffer data) {
    if (output == null) {
      super.write(data);
    } else {
      output.write(data);
    }
  }

  @Override
  public Deferred<Void> writeOwned(ByteBuffer data) {
    return output == null ? super.writeOwned(data) : output.writeOwned(data);
  }

  @Override
  public Deferred<Void> writeFully(ByteBuffer data) {
    return output == null ? super.writeFully(data) : output.writeOwned(data);
  }

  @Override
  public Deferred<Void> flushed() {
    return output == null ? super.flushed() : output.flushed();
  }

  @Override
  public Deferred<Long> sendFile(FileChannel file, long position, long count) {
    return output == null
        ? super.sendFile(file, position, count)
        : output.sendFile(file, position, count);
  }

  @Override
  public long outboundBytes() {
    return super.outboundBytes() + (output == null ? 0 : output.waiting());
  }

  @Override
  public void marks(int low, int high) {
    super.marks(low, high);
    if (output != null) {
      output.marks(low, high);
    }
  }

  @Override
  public boolean writable() {
    return super.writable() && (output == null || output.accepts());
  }

  @Override
  public void onWritable(Runnable action) {
    if (output == null) {
      super.onWritable(action);
    } else {
      output.whenWritable(action);
    }
  }

  // ---- The end --------------------------------------------------------------------------------

  @Override
  public void loseConnection() {
    close(super::loseConnection);
  }

  @Override
  public void loseConnection(ConnectionClosed reason) {
    close(() -> super.loseConnection(reason));
  }

  private void close(Runnable below) {
    if (output == null) {
      below.run();
    } else if (!closing) {
      closing = true;
      update();
      output.afterAll(below);
    }
  }

  @Override
  public void shutdownOutput() {
    if (output == null) {
      super.shutdownOutput();
    } else {
      output.afterAll(super::shutdownOutput);
    }
  }

  @Override
  public Deferred<TlsSession> startTls(TlsOptions options) {
    if (output != null) {
      output.sendAllNow();
    }
    return super.startTls(options);
  }

  @Override
  void closed(ConnectionClosed reason) {
    if (resumption != null) {
      resumption.cancel();
      resumption = null;
    }
    if (output != null) {
      output.closed(reason);
    }
  }
}
