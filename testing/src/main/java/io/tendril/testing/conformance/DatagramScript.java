package io.tendril.testing.conformance;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.DatagramTransport;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A datagram protocol that writes down what it is told, and does what the case says; its factory.
 */
final class DatagramScript implements DatagramProtocol, DatagramProtocol.Factory<DatagramScript> {
  /** What it does with a datagram. */
  @FunctionalInterface
  interface DataHook {
    void run(ByteBuffer data, InetSocketAddress from) throws Exception;
  }

  /** Something else that it does. */
  @FunctionalInterface
  interface Hook {
    void run() throws Exception;
  }

  final List<String> calls = new ArrayList<>();
  final List<byte[]> received = new ArrayList<>();
  final List<InetSocketAddress> senders = new ArrayList<>();
  @Nullable Hook build;
  @Nullable Hook opened;
  @Nullable DataHook data;
  @Nullable Hook refused;
  private @Nullable DatagramTransport transport;

  DatagramScript onBuild(Hook hook) {
    build = hook;
    return this;
  }

  DatagramScript onOpened(Hook hook) {
    opened = hook;
    return this;
  }

  DatagramScript onData(DataHook hook) {
    data = hook;
    return this;
  }

  DatagramScript onRefused(Hook hook) {
    refused = hook;
    return this;
  }

  DatagramTransport transport() {
    DatagramTransport mine = transport;
    if (mine == null) {
      throw new AssertionError("not built");
    }
    return mine;
  }

  String text(int index) {
    return new String(received.get(index), StandardCharsets.UTF_8);
  }

  @Override
  public DatagramScript build(DatagramTransport built) throws Exception {
    transport = built;
    if (build != null) {
      build.run();
    }
    return this;
  }

  @Override
  public void transportOpened() throws Exception {
    calls.add("opened");
    if (opened != null) {
      opened.run();
    }
  }

  @Override
  public void datagramReceived(ByteBuffer datagram, InetSocketAddress from) throws Exception {
    calls.add("datagram");
    byte[] bytes = new byte[datagram.remaining()];
    datagram.get(datagram.position(), bytes);
    received.add(bytes);
    senders.add(from);
    if (data != null) {
      data.run(datagram, from);
    }
  }

  @Override
  public void connectionRefused() throws Exception {
    calls.add("refused");
    if (refused != null) {
      refused.run();
    }
  }

  @Override
  public void transportClosed() {
    calls.add("closed");
  }
}
