package io.tendril.core.policy;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Sink;
import io.tendril.core.Source;
import io.tendril.core.Transport;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * One connection's part of a policy. It stands between transport and protocol, sees all bytes both
 * ways, and stays there when the protocol hands the connection over.
 */
abstract class Layer extends ForwardingTransport {
  private boolean opened;

  /** How many of the bytes that are presented next have been seen before. */
  private int seen;

  Layer(Transport below) {
    super(below);
  }

  // ---- What a policy may care about -----------------------------------------------------------

  /** The connection is up. */
  void opened() {}

  /** Bytes have come, which are in the buffer from position to limit, and are not to be changed. */
  void arrived(ByteBuffer news) {}

  /** Bytes that have arrived have been handed to the protocol. */
  void delivered(int count) {}

  /** The peer will send no more. */
  void ended() {}

  /**
   * Bytes are written, which are in the buffer from position to limit, and are not to be changed.
   */
  void sending(ByteBuffer data) {}

  /** A part of a file is sent. */
  void sendingFile(long count) {}

  /** The connection is gone. */
  void closed(ConnectionClosed reason) {}

  // ---- Factories ------------------------------------------------------------------------------

  /** A factory whose connections have a layer each. */
  static <P extends Protocol> ProtocolFactory<ForwardingProtocol<P>> around(
      ProtocolFactory<P> factory, Function<Transport, Layer> layer) {
    return new ForwardingFactory<>(factory) {
      @Override
      public ForwardingProtocol<P> build(Transport transport) throws Exception {
        return layer.apply(transport).built(inner());
      }
    };
  }

  private <P extends Protocol> Upper<P> built(ProtocolFactory<P> factory) throws Exception {
    return new Upper<>(factory.build(this));
  }

  @Override
  public <P extends Protocol> P become(ProtocolFactory<P> factory) {
    return inner().become(below -> built(factory)).inner();
  }

  // ---- The way in -----------------------------------------------------------------------------

  /** The side that the transport talks to. */
  private final class Upper<P extends Protocol> extends ForwardingProtocol<P> {
    Upper(P protocol) {
      super(protocol);
    }

    @Override
    public void connectionMade() throws Exception {
      if (!opened) {
        opened = true;
        opened();
      }
      super.connectionMade();
    }

    @Override
    public void dataReceived(ByteBuffer data) throws Exception {
      through(data, inner()::dataReceived);
    }

    @Override
    public boolean endReceived() throws Exception {
      ended();
      return super.endReceived();
    }

    @Override
    public void connectionLost(ConnectionClosed reason) throws Exception {
      closed(reason);
      super.connectionLost(reason);
    }

    @Override
    public void drain(Transport transport) {
      super.drain(Layer.this);
    }

    @Override
    public void retire(Transport transport) {
      super.retire(Layer.this);
    }
  }

  private void through(ByteBuffer data, Source.Receiver receiver) throws Exception {
    int count = data.remaining() - seen;
    if (count > 0) {
      arrived(data.duplicate().position(data.position() + seen));
    }
    try {
      receiver.accept(data);
    } finally {
      seen = data.remaining();
      if (count > 0) {
        delivered(count);
      }
    }
  }

  @Override
  public Source input() {
    return new Input(inner().input());
  }

  /** The bytes as a source. */
  private final class Input implements Source {
    private final Source source;

    Input(Source source) {
      this.source = source;
    }

    @Override
    public Deferred<Long> forEach(Receiver consumer) {
      Deferred<Long> end =
          source.forEach(data ->
              through(
                  data,
                  all -> {
                    consumer.accept(all);
                    all.position(all.limit());
                  }));
      flows(source);
      return end;
    }

    @Override
    public Deferred<Long> pipeTo(Sink sink) {
      pauseReadingWhenFull(false); // as below: it goes at the sink's pace
      return Source.super.pipeTo(sink);
    }

    @Override
    public void pause() {
      pauseInput(source);
    }

    @Override
    public void resume() {
      resumeInput(source);
    }

    @Override
    public void stop() {
      source.stop();
    }
  }

  /** The input flows from a source from now on. */
  void flows(Source source) {}

  void pauseInput(Source source) {
    source.pause();
  }

  void resumeInput(Source source) {
    source.resume();
  }

  // ---- The way out ----------------------------------------------------------------------------

  @Override
  public void write(ByteBuffer data) {
    sending(data);
    super.write(data);
  }

  @Override
  public final void write(byte[] data) {
    write(ByteBuffer.wrap(data));
  }

  @Override
  public final void write(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Deferred<Void> writeOwned(ByteBuffer data) {
    sending(data);
    return super.writeOwned(data);
  }

  @Override
  public Deferred<Void> writeFully(ByteBuffer data) {
    sending(data);
    return super.writeFully(data);
  }

  @Override
  public Deferred<Long> sendFile(FileChannel file, long position, long count) {
    sendingFile(count);
    return super.sendFile(file, position, count);
  }
}
