package io.tendril.benchmarks.echo;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.spi.SocketSettings;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Heap per idle connection that has echoed one message. The clients live in a process of their own,
 * which this starts.
 */
final class IdleConnections {
  private IdleConnections() {}

  private record Echo(Transport transport) implements Protocol {
    @Override
    public void dataReceived(ByteBuffer data) {
      transport.write(data);
    }
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0 && arguments[0].equals("client")) {
      client(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
      return;
    }
    int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8_000;
    Reactor reactor = Reactor.create().start();
    Listener listener =
        reactor.blockingCall(
            () ->
                reactor
                    .network()
                    .listen(
                        new InetSocketAddress("127.0.0.1", 0),
                        SocketSettings.defaults(),
                        Echo::new),
            Duration.ofSeconds(10));
    hold(reactor, listener.port(), 200);
    long before = usedHeap();
    Process client = connect(listener.port(), count);
    long after = usedHeap();
    int open = reactor.blockingCall(() -> connections(reactor), Duration.ofSeconds(10));
    System.out.printf(
        "%d idle connections: %.0f bytes of heap each%n", open, (double) (after - before) / open);
    client.destroy();
    client.waitFor();
    reactor.stop();
    reactor.awaitStopped(Duration.ofSeconds(40));
  }

  private static Deferred<Integer> connections(Reactor reactor) {
    return Deferred.succeeded(reactor.stats().connections());
  }

  /** Lets what is made once be made: opens some connections and closes them. */
  private static void hold(Reactor reactor, int port, int count) throws Exception {
    Process client = connect(port, count);
    client.destroy();
    client.waitFor();
    while (reactor.blockingCall(() -> connections(reactor), Duration.ofSeconds(10)) > 0) {
      Thread.onSpinWait();
    }
  }

  private static Process connect(int port, int count) throws Exception {
    Process client =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                IdleConnections.class.getName(),
                "client",
                Integer.toString(port),
                Integer.toString(count))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    client.inputReader().readLine();
    return client;
  }

  private static long usedHeap() {
    Runtime runtime = Runtime.getRuntime();
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }

  private static void client(int port, int count) throws Exception {
    List<SocketChannel> channels = new ArrayList<>();
    ByteBuffer message = ByteBuffer.allocateDirect(16);
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
      channel.write(message.clear());
      message.clear();
      while (message.hasRemaining() && channel.read(message) >= 0) {}
      channels.add(channel);
    }
    System.out.println("ready");
    System.in.read();
  }
}
