package io.tendril.core.doubles;

import io.tendril.core.internal.nio.NioEngine;
import io.tendril.spi.Carrier;
import io.tendril.spi.Engine;
import io.tendril.spi.EngineFactory;
import io.tendril.spi.SocketSettings;
import io.tendril.spi.TimeSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/** The nio engine with a carrier for coroutines of the test's choice. */
public record CarryingEngine(Engine engine, Carrier carrier) implements Engine {
  /** Engines with a carrier. */
  public static EngineFactory with(Carrier carrier) {
    return () -> new CarryingEngine(NioEngine.open(), carrier);
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
  public boolean watchable() {
    return engine.watchable();
  }

  @Override
  public void watch(long nanos) throws IOException {
    engine.watch(nanos);
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
