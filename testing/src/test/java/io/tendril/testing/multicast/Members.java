package io.tendril.testing.multicast;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.DatagramTransport;
import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.endpoint.UdpServerEndpoint;
import io.tendril.core.multicast.Multicast;
import io.tendril.spi.EngineFactory;
import io.tendril.spi.Engines;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A reactor in a thread of its own, with sockets that tell the test what they hear. */
final class Members implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(30);

  final Reactor reactor;

  /** One of its sockets. Used in the reactor's thread, save that what it heard can be asked for. */
  final class Member implements DatagramProtocol {
    private final DatagramTransport transport;
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    Member(DatagramTransport transport) {
      this.transport = transport;
    }

    @Override
    public void datagramReceived(ByteBuffer data, InetSocketAddress from) {
      heard.add(UTF_8.decode(data).toString().strip());
    }

    /** The next that it has heard. */
    String heard() throws InterruptedException {
      String next = heard.poll(SOON.toSeconds(), TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nothing was heard");
      }
      return next;
    }

    /** Whether there is nothing that it has heard and nobody has asked for. */
    boolean heardNothing() {
      return heard.isEmpty();
    }

    int port() throws Exception {
      return in(() -> transport.local().getPort());
    }

    void change(Change change) throws Exception {
      in(() -> {
        change.make(transport.multicast());
        return "done";
      });
    }

    void close() throws Exception {
      in(() -> {
        transport.close();
        return "closed";
      });
    }

    void send(String text, InetSocketAddress to) throws Exception {
      in(() -> {
        transport.send(ByteBuffer.wrap(text.getBytes(UTF_8)), to);
        return "sent";
      });
    }
  }

  /** What is done with a socket's groups. */
  @FunctionalInterface
  interface Change {
    void make(Multicast multicast) throws Exception;
  }

  private Members(EngineFactory engine) {
    reactor = Reactor.create(ReactorOptions.defaults().withEngine(engine)).start();
  }

  static Members on(String engine) {
    return new Members(engine.equals("nio") ? Engines.nio() : Engines.linux());
  }

  <T> T in(Callable<T> call) throws Exception {
    return reactor.blockingCall(() -> Deferred.succeeded(call.call()), SOON);
  }

  Member open(UdpServerEndpoint endpoint) throws Exception {
    return reactor.blockingCall(() -> reactor.bindDatagram(endpoint, Member::new), SOON);
  }

  @Override
  public void close() throws Exception {
    reactor.stop();
    reactor.awaitStopped(SOON);
  }
}
