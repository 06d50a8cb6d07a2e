package io.tendril.core.doubles;

import io.tendril.core.internal.nio.NioEngine;
import io.tendril.spi.Engine;
import io.tendril.spi.EngineFactory;
import io.tendril.spi.SocketSettings;
import io.tendril.spi.TimeSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/** The nio engine, as one that nobody else can wait for, with a descriptor or without. */
public record LoneEngine(Engine engine, OptionalInt descriptor) implements Engine {
  /** One without a descriptor. */
  public static Engine open() throws IOException {
    return new LoneEngine(NioEngine.open(), OptionalInt.empty());
  }

  /** One that says it has a descriptor. */
  public static EngineFactory with(int descriptor) {
    return () -> new LoneEngine(NioEngine.open(), OptionalInt.of(descriptor));
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public TimeSource clock() {
    return engine.clock();
  }

  @Override
  public void await(long nanos) throws IOException {
    engine.await(nanos);
  }

  @Override
  public void wakeup() {
    engine.wakeup();
  }

  @Override
  public ByteBuffer allocate(int capacity) {
    return engine.allocate(capacity);
  }

  @Override
  public ListenSocket listen(SocketAddress address, SocketSettings options, Ready ready)
      throws IOException {
    return engine.listen(address, options, ready);
  }

  @Override
  public StreamSocket connect(SocketAddress address, SocketSettings options, Ready ready)
      throws IOException {
    return engine.connect(address, options, ready);
  }

  @Override
  public DatagramSocket datagram(
      InetSocketAddress local, InetSocketAddress peer, SocketSettings options, Ready ready)
      throws IOException {
    return engine.datagram(local, peer, options, ready);
  }

  @Override
  public boolean waitsOnVirtualThreads() {
    return engine.waitsOnVirtualThreads();
  }

  @Override
  public void close() {
    engine.close();
  }
}
