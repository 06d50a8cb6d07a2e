package io.tendril.benchmarks.echo;

import com.sun.management.ThreadMXBean;
import io.tendril.core.DatagramProtocol;
import io.tendril.core.DatagramTransport;
import io.tendril.core.Reactor;
import io.tendril.spi.SocketSettings;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;

/**
 * UDP echo: bytes that the reactor's thread allocates per datagram, with one and with many senders.
 */
final class UdpAllocation {
  private UdpAllocation() {}

  private record Echo(DatagramTransport transport) implements DatagramProtocol {
    @Override
    public void datagramReceived(ByteBuffer data, InetSocketAddress from) {
      transport.send(data, from);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Reactor reactor = Reactor.create().start();
    Echo echo =
        reactor.blockingCall(
            () ->
                reactor
                    .network()
                    .datagram(
                        new InetSocketAddress("127.0.0.1", 0),
                        null,
                        SocketSettings.defaults(),
                        Echo::new),
            Duration.ofSeconds(10));
    InetSocketAddress server = echo.transport().local();
    long thread =
        reactor.blockingCall(
            () -> io.tendril.core.Deferred.succeeded(Thread.currentThread().threadId()),
            Duration.ofSeconds(10));
    for (int senders : new int[] {1, 16}) {
      measure(server, thread, senders, 20_000);
      System.out.printf(
          "%d senders: %.1f bytes allocated per datagram echoed%n",
          senders, measure(server, thread, senders, 100_000));
    }
    reactor.stop();
    reactor.awaitStopped(Duration.ofSeconds(10));
  }

  private static double measure(InetSocketAddress server, long thread, int senders, int count)
      throws Exception {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    DatagramChannel[] channels = new DatagramChannel[senders];
    for (int i = 0; i < senders; i++) {
      channels[i] = DatagramChannel.open().connect(server);
    }
    ByteBuffer out = ByteBuffer.allocateDirect(128);
    ByteBuffer in = ByteBuffer.allocateDirect(256);
    long before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < count; i++) {
      DatagramChannel channel = channels[i % senders];
      channel.write(out.clear());
      channel.read(in.clear());
      if (in.position() != 128) {
        throw new IllegalStateException("an echo of " + in.position() + " bytes");
      }
    }
    long allocated = threads.getThreadAllocatedBytes(thread) - before;
    for (DatagramChannel channel : channels) {
      channel.close();
    }
    return (double) allocated / count;
  }
}
