package io.tendril.benchmarks.echo;

import io.netty.util.Version;
import io.tendril.benchmarks.load.Comparison;
import io.tendril.benchmarks.load.Engine;
import io.tendril.benchmarks.load.Exchange;
import io.tendril.benchmarks.load.ServerProcess;

/**
 * TCP echo of 128 bytes on 64 connections: processor time and bytes allocated per message, Tendril
 * on each of its engines beside Netty's NIO transport and a loop on epoll in C. The servers share
 * one core, the generator has the other.
 */
final class EchoComparison {
  private EchoComparison() {}

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
    String version = Version.identify().get("netty-transport").artifactVersion();
    try (var uring = ServerProcess.start(Engine.URING.options(), TendrilEcho.class);
        var linux = ServerProcess.start(Engine.LINUX.options(), TendrilEcho.class);
        var nio = ServerProcess.start(Engine.NIO.options(), TendrilEcho.class);
        var netty = ServerProcess.start(NettyEcho.class);
        var c = NativeEcho.start()) {
      var comparison = new Comparison(64, 1);
      comparison.add("Tendril, uring", uring, Exchange.echo(128));
      comparison.add("Tendril, linux", linux, Exchange.echo(128));
      comparison.add("Tendril, nio", nio, Exchange.echo(128));
      comparison.add("Netty " + version + ", NIO", netty, Exchange.echo(128));
      comparison.add("C, epoll", c, Exchange.echo(128));
      comparison.run(rounds);
    }
  }
}
