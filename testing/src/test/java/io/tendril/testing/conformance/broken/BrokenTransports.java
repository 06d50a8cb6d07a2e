package io.tendril.testing.conformance.broken;

import static io.tendril.testing.conformance.broken.Broken.transport;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Source;
import io.tendril.core.policy.ForwardingTransport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Sound engines under transports that are at fault. */
final class BrokenTransports {
  private BrokenTransports() {}

  static List<Broken> all() {
    return List.of(
        // ---- Writing
        transport(
            "T1",
            "throws when something is written to a closed connection",
            sound -> {
              var closed = new boolean[1];
              sound.onClosed(reason -> closed[0] = true);
              return new ForwardingTransport(sound) {
                @Override
                public void write(String text) {
                  if (closed[0]) {
                    throw new IllegalStateException("closed");
                  }
                  super.write(text);
                }
              };
            }),
        transport(
            "T1",
            "still needs the buffer after write has returned",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public void write(ByteBuffer data) {
                    ByteBuffer later = data.duplicate();
                    data.position(data.limit());
                    reactor().execute(() -> super.write(later));
                  }
                }),
        transport(
            "T1",
            "moves the position of a prepared buffer",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public void write(ByteBuffer data) {
                    super.write(data);
                    data.position(data.limit());
                  }
                }),
        transport(
            "P4",
            "lets any number of bytes wait to be sent",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public void write(byte[] data) {
                    var _ = super.writeFully(ByteBuffer.wrap(data)).handle((done, failure) -> null);
                  }
                }),

        // ---- The marks
        transport(
            "P1 P2",
            "calls itself writable whatever waits",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public boolean writable() {
                    return true;
                  }
                }),
        transport(
            "P1",
            "calls the waiting writers at once",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public void onWritable(Runnable action) {
                    action.run();
                  }
                }),
        transport(
            "P1",
            "reads on although its own output is full",
            sound -> {
              sound.pauseReadingWhenFull(false);
              return new ForwardingTransport(sound) {
                @Override
                public void pauseReadingWhenFull(boolean pause) {}
              };
            }),

        // ---- Reading
        transport(
            "T12",
            "goes on delivering while reading is paused",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public void pauseReading() {}
                }),
        transport(
            "P2",
            "lets its input flow on while the sink is full",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public Source input() {
                    return new Heedless(super.input());
                  }
                }),
        transport(
            "T3 P2",
            "tells no pipe that the connection is gone",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public Source input() {
                    return new Endless(super.input());
                  }
                }),

        // ---- The end
        transport(
            "T2",
            "drops at an orderly close what was written before",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public void loseConnection() {
                    abortConnection();
                  }
                }),
        transport(
            "T2",
            "closes some time after it was asked to",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public void loseConnection() {
                    reactor().execute(super::loseConnection);
                  }
                }),
        transport(
            "T2 T3",
            "shuts its output only when it is to close",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public void loseConnection() {
                    shutdownOutput();
                  }
                }),
        transport(
            "T2 L4",
            "forgets why it was to close",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public void loseConnection(ConnectionClosed reason) {
                    loseConnection();
                  }
                }),
        transport(
            "T4",
            "closes in order when it is to abort",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public void abortConnection() {
                    loseConnection();
                  }
                }),
        transport(
            "T4",
            "aborts some time after it was asked to",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public void abortConnection() {
                    reactor().execute(super::abortConnection);
                  }
                }),
        transport(
            "T5",
            "tells those who wait for the end twice",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public Registration onClosed(Consumer<? super Throwable> action) {
                    super.onClosed(action);
                    return super.onClosed(action);
                  }
                }),
        transport(
            "T5 L5",
            "tells nobody who waits for the end",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public Registration onClosed(Consumer<? super Throwable> action) {
                    return () -> {};
                  }
                }),
        transport(
            "T6",
            "closes when its output is to be shut",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public void shutdownOutput() {
                    loseConnection();
                  }
                }),

        // ---- Change
        transport(
            "F6",
            "begins the next protocol from inside of become",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public <P extends Protocol> P become(ProtocolFactory<P> factory) {
                    P next = super.become(factory);
                    try {
                      next.connectionMade();
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                    return next;
                  }
                }),
        transport(
            "F6",
            "stays paused when it is handed over",
            sound ->
                new ForwardingTransport(sound) {
                  private boolean paused;

                  @Override
                  public void pauseReading() {
                    paused = true;
                    super.pauseReading();
                  }

                  @Override
                  public <P extends Protocol> P become(ProtocolFactory<P> factory) {
                    P next = super.become(factory);
                    if (paused) {
                      super.pauseReading();
                    }
                    return next;
                  }
                }),
        transport(
            "F6 T5",
            "makes the delayed calls of protocols that are gone",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public DelayedCall callLater(Duration delay, Reactor.Action action) {
                    return reactor().callLater(delay, action);
                  }
                }),
        transport(
            "F7",
            "gives nothing instead of saying what is missing",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  @SuppressWarnings("NullAway") // on purpose
                  public <C> C query(Class<C> capability) {
                    return has(capability) ? super.query(capability) : null;
                  }
                }),
        transport(
            "F7",
            "finds nothing in the layers of a connection",
            sound ->
                new ForwardingTransport(sound) {
                  @Override
                  public boolean has(Class<?> capability) {
                    return false;
                  }
                }),

        // ---- Threads
        transport(
            "D14",
            "hands over what is written from a wrong thread",
            sound -> {
              Thread home = Thread.currentThread();
              return new ForwardingTransport(sound) {
                @Override
                public void write(String text) {
                  if (Thread.currentThread() == home) {
                    super.write(text);
                  } else {
                    reactor().execute(() -> super.write(text));
                  }
                }
              };
            }));
  }

  /** A source that does not pause. */
  private record Heedless(Source source) implements Source {
    @Override
    public Deferred<Long> forEach(Receiver consumer) {
      return source.forEach(consumer);
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void stop() {
      source.stop();
    }
  }

  /** A source that ends in order, or not at all. */
  private record Endless(Source source) implements Source {
    @Override
    public Deferred<Long> forEach(Receiver consumer) {
      Promise<Long> end = Promise.create();
      var _ =
          source
              .forEach(consumer)
              .handle((count, failure) -> {
                if (failure == null && !end.isDone()) {
                  end.succeed(count);
                }
                return null;
              });
      return end.deferred();
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
}
