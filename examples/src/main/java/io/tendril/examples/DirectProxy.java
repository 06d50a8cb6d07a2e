package io.tendril.examples;

import module io.tendril;

import java.nio.ByteBuffer;
import java.util.List;

/** {@link Proxy} in direct style: two coroutines per connection, one for each direction. */
public final class DirectProxy {
  private DirectProxy() {}

  static void main(String[] arguments) {
    String from = arguments.length > 0 ? arguments[0] : "tcp:8009";
    String to = arguments.length > 1 ? arguments[1] : "tcp:127.0.0.1:80";
    Reactor.run(reactor -> reactor.listen(from, factory(to)));
  }

  static ProtocolFactory<?> factory(String target) {
    return Protocol.direct(client -> join(client, target));
  }

  private static void join(Connection client, String target) {
    var reactor = client.transport().reactor();
    try (var server = reactor.connect(target).await()) {
      Deferred.gather(
              List.of(
                  reactor.async(() -> carry(client, server)),
                  reactor.async(() -> carry(server, client))))
          .await();
    } catch (ConnectFailed | Deferred.GatherFailed e) {
      // Nobody there, or one side gone: hang up on the other.
    }
  }

  /** One direction: when its source ends, its sink is told so, and the other direction goes on. */
  private static boolean carry(Connection from, Connection to) {
    for (ByteBuffer bytes; (bytes = from.read()) != null; ) {
      to.write(bytes);
    }
    to.shutdownOutput();
    return true;
  }
}
