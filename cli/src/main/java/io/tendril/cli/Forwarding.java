package io.tendril.cli;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.ClientEndpoint;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Connects each connection to a target, and lets bytes flow both ways, each at the pace of its
/// slower side. The end of one direction is handed on, and the other goes on. A failure is handed
/// on as a reset, so that nobody takes a part for the whole.
///
/// @param target where to connect to
/// @param name what to call that
/// @param log takes one line for each connection, when it has ended
record Forwarding(ClientEndpoint target, String name, Consumer<String> log)
    implements ProtocolFactory<Protocol> {

  @Override
  public Protocol build(Transport transport) {
    return new Front(transport);
  }

  /// An address as a line of the log has it.
  static String show(SocketAddress address) {
    if (!(address instanceof InetSocketAddress internet) || internet.getAddress() == null) {
      return address.toString();
    }
    String literal = internet.getAddress().getHostAddress();
    return (literal.indexOf(':') < 0 ? literal : "[" + literal + "]") + ":" + internet.getPort();
  }

  /// The side that was called: takes nothing before the other side is there.
  private final class Front implements Protocol {
    private final Transport client;
    private final long begun;
    private @Nullable Deferred<?> connecting;
    private boolean joined;
    private long sent;
    private long received;

    Front(Transport client) {
      this.client = client;
      this.begun = client.reactor().clock().nanoTime();
    }

    @Override
    public void connectionMade() {
      client.pauseReading();
      connecting =
          target
              .connect(client.reactor(), Back::new)
              .thenCompose(back -> join(back.transport()))
              .handle(_ -> "", failure -> String.valueOf(failure.getMessage()))
              .thenAccept(this::ended);
    }

    @Override
    public void dataReceived(ByteBuffer data) {}

    @Override
    public void connectionLost(ConnectionClosed reason) {
      if (connecting != null && !joined) {
        connecting.cancel();
      }
    }

    private Deferred<Void> join(Transport server) {
      joined = true;
      var there = new CountingSink(server);
      var back = new CountingSink(client);
      return Deferred.settle(List.of(carry(client, there, server), carry(server, back, client)))
          .thenRun(() -> {
            sent = there.count();
            received = back.count();
            client.loseConnection();
            server.loseConnection();
          });
    }

    private void ended(String problem) {
      if (!problem.isEmpty()) {
        client.abortConnection(); // an end in order would look like an answer without content
      }
      var time = Duration.ofNanos(client.reactor().clock().nanoTime() - begun);
      log.accept(
          show(client.peer())
              + " to "
              + name
              + (problem.isEmpty()
                  ? ": " + sent + " bytes there, " + received + " back, "
                  : ": " + problem + ", ")
              + time.toMillis()
              + " ms");
    }
  }

  /// The side that we called.
  private record Back(Transport transport) implements Protocol {
    @Override
    public void connectionMade() {
      transport.pauseReading();
    }

    @Override
    public void dataReceived(ByteBuffer data) {}
  }

  /// One direction: when its source ends, its sink is told so, and the other direction goes on.
  /// When it breaks, so does the sink.
  private static Deferred<Long> carry(Transport from, CountingSink counting, Transport to) {
    return from.input()
        .pipeTo(counting)
        .whenComplete((_, failure) -> {
          if (failure == null) {
            to.shutdownOutput();
          } else {
            to.abortConnection();
          }
        });
  }
}
