package io.tendril.benchmarks.echo;

import io.netty.util.Version;
import io.tendril.benchmarks.load.ClosedLoop;
import io.tendril.benchmarks.load.Comparison;
import io.tendril.benchmarks.load.Engine;
import io.tendril.benchmarks.load.Exchange;
import io.tendril.benchmarks.load.Load;
import io.tendril.benchmarks.load.ServerProcess;
import io.tendril.benchmarks.load.ShortLoop;

/**
 * TCP echo of 128 bytes on 64 connections, or with {@code connections} of one on each new
 * connection: processor time and bytes allocated per message, Tendril on each of its engines beside
 * Netty's NIO transport and a loop on epoll in C. The servers share one core, the generator has the
 * other.
 */
final class EchoComparison {
  private static final int CONNECTIONS = 64;

  private EchoComparison() {}

  public static void main(String[] arguments) throws Exception {
    boolean isShort = arguments.length > 0 && arguments[0].equals("connections");
    int first = isShort ? 1 : 0;
    int rounds = arguments.length > first ? Integer.parseInt(arguments[first]) : 15;
    Load.Source load =
        isShort
            ? (port, exchange) -> new ShortLoop(port, CONNECTIONS, exchange)
            : (port, exchange) -> new ClosedLoop(port, CONNECTIONS, 1, exchange);
    String version = Version.identify().get("netty-transport").artifactVersion();
    try (var uring = ServerProcess.start(Engine.URING.options(), TendrilEcho.class);
        var linux = ServerProcess.start(Engine.LINUX.options(), TendrilEcho.class);
        var nio = ServerProcess.start(Engine.NIO.options(), TendrilEcho.class);
        var netty = ServerProcess.start(NettyEcho.class);
        var c = NativeEcho.start()) {
      var comparison = new Comparison(load);
      comparison.add("Tendril, uring", uring, Exchange.echo(128));
      comparison.add("Tendril, linux", linux, Exchange.echo(128));
      comparison.add("Tendril, nio", nio, Exchange.echo(128));
      comparison.add("Netty " + version + ", NIO", netty, Exchange.echo(128));
      comparison.add("C, epoll", c, Exchange.echo(128));
      comparison.run(rounds);
    }
  }
}
