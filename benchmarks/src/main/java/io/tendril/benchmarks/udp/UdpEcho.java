package io.tendril.benchmarks.udp;

import io.tendril.benchmarks.load.Engine;
import io.tendril.benchmarks.load.ServerProcess;
import io.tendril.core.DatagramProtocol;
import io.tendril.core.DatagramTransport;
import io.tendril.core.Reactor;
import io.tendril.spi.SocketSettings;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/** The UDP echo server of Tendril. */
final class UdpEcho {
  private UdpEcho() {}

  private record Echo(DatagramTransport transport) implements DatagramProtocol {
    @Override
    public void datagramReceived(ByteBuffer data, InetSocketAddress from) {
      transport.send(data, from);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Reactor reactor = Engine.reactor().start();
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
    ServerProcess.serve(echo.transport().local().getPort());
  }
}
