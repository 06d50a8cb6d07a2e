package io.tendril.examples;

import module io.tendril;

import java.util.List;

/** Carries bytes between whoever connects and a target, at the pace of the slower side. */
public final class Proxy {
  private Proxy() {}

  static void main(String[] arguments) {
    String from = arguments.length > 0 ? arguments[0] : "tcp:8009";
    String to = arguments.length > 1 ? arguments[1] : "tcp:127.0.0.1:80";
    Reactor.run(reactor -> reactor.listen(from, factory(to)));
  }

  static ProtocolFactory<?> factory(String target) {
    return client -> new Front(client, target);
  }

  /** The side that was called: waits for the other before it lets anything flow. */
  private record Front(Transport client, String target) implements Protocol {
    @Override
    public void connectionMade() {
      client.pauseReading();
      client
          .reactor()
          .connect(target, Back::new)
          .thenAccept(back -> join(client, back.transport()))
          .exceptionally(
              ConnectFailed.class,
              failure -> {
                client.loseConnection();
                return null;
              });
    }

    @Override
    public void dataReceived(java.nio.ByteBuffer data) {}
  }

  private record Back(Transport transport) implements Protocol {
    @Override
    public void dataReceived(java.nio.ByteBuffer data) {}
  }

  private static void join(Transport client, Transport server) {
    Deferred.gather(List.of(carry(client, server), carry(server, client)))
        .whenComplete((counts, failure) -> {
          client.loseConnection();
          server.loseConnection();
        })
        .exceptionally(Deferred.GatherFailed.class, _ -> List.of());
  }

  /** One direction: when its source ends, its sink is told so, and the other direction goes on. */
  private static Deferred<Long> carry(Transport from, Transport to) {
    return from.input().pipeTo(to).whenComplete((count, failure) -> to.shutdownOutput());
  }
}
