package io.tendril.benchmarks.udp;

import io.netty.util.Version;
import io.tendril.benchmarks.load.Comparison;
import io.tendril.benchmarks.load.DatagramLoop;
import io.tendril.benchmarks.load.Engine;
import io.tendril.benchmarks.load.Exchange;
import io.tendril.benchmarks.load.ServerProcess;
import java.util.List;

/**
 * UDP echo of 128 bytes: processor time and bytes allocated per datagram, Tendril on both engines
 * beside Netty's native transport. Deep: 8 senders of 16 datagrams at once; shallow: 2 of one.
 */
final class UdpComparison {
  private UdpComparison() {}

  public static void main(String[] arguments) throws Exception {
    String which = arguments.length > 0 ? arguments[0] : "all";
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 9;
    for (String each : which.equals("all") ? List.of("deep", "shallow") : List.of(which)) {
      switch (each) {
        case "deep" -> compare(each, 8, 16, rounds);
        case "shallow" -> compare(each, 2, 1, rounds);
        default -> throw new IllegalArgumentException(each + " is neither deep nor shallow");
      }
    }
  }

  private static void compare(String name, int senders, int depth, int rounds) throws Exception {
    System.out.printf("%s: %d senders of %d datagrams at once%n", name, senders, depth);
    String version = Version.identify().get("netty-transport").artifactVersion();
    try (var linux = ServerProcess.start(Engine.LINUX.options(), UdpEcho.class);
        var nio = ServerProcess.start(Engine.NIO.options(), UdpEcho.class);
        var netty = ServerProcess.start(NettyUdpEcho.class)) {
      var comparison =
          new Comparison((port, exchange) -> new DatagramLoop(port, senders, depth, exchange));
      comparison.add("Tendril, linux", linux, Exchange.echo(128));
      comparison.add("Tendril, nio", nio, Exchange.echo(128));
      comparison.add("Netty " + version + ", epoll", netty, Exchange.echo(128));
      comparison.run(rounds);
    }
  }
}
