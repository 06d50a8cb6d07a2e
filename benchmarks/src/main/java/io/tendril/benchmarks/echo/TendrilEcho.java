package io.tendril.benchmarks.echo;

import io.tendril.benchmarks.load.Engine;
import io.tendril.benchmarks.load.ServerProcess;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.spi.SocketSettings;
import java.net.InetSocketAddress;
import java.time.Duration;

/** The echo server of Tendril. */
final class TendrilEcho {
  private TendrilEcho() {}

  public static void main(String[] arguments) throws Exception {
    Reactor reactor = Engine.reactor().start();
    Listener listener =
        reactor.blockingCall(
            () ->
                reactor
                    .network()
                    .listen(
                        new InetSocketAddress("127.0.0.1", 0),
                        SocketSettings.defaults(),
                        Protocol.onData((transport, data) -> transport.write(data))),
            Duration.ofSeconds(10));
    ServerProcess.serve(listener.port());
  }
}
