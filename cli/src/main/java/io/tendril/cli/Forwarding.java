package io.tendril.cli;

import io.tendril.core.ConnectFailed;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Sink;
import io.tendril.core.Transport;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Connects each connection to one of the targets, and lets bytes flow both ways, each at the pace
/// of its slower side. The end of one direction is handed on, and the other goes on. A failure is
/// handed on as a reset, so that nobody takes a part for the whole. Where a target cannot be
/// reached, the next is tried, since nothing has been said yet.
///
/// @param targets where to connect to
/// @param checks are told of who was reached and who was not
/// @param log takes what makes one line for each connection, when it has ended: on any thread, or
///   never
record Forwarding(Targets targets, HealthChecks checks, Consumer<Supplier<String>> log)
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
    private List<Target> missed = List.of();
    private @Nullable Deferred<?> connecting;

    /// The target that it is being connected to, or is; null between two.
    private @Nullable Target target;

    private String name = "no target";
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
          reach()
              .thenCompose(back -> join(back.transport(), back.target()))
              .handle(_ -> "", failure -> String.valueOf(failure.getMessage()))
              .thenAccept(this::ended);
    }

    @Override
    public void dataReceived(ByteBuffer data) {}

    /// Nobody knows when a conversation is over but those who have it: where another process takes
    /// new ones, this one goes on for as long as it may.
    @Override
    public void retire(Transport retired) {}

    @Override
    public void connectionLost(ConnectionClosed reason) {
      if (connecting != null && !joined) {
        connecting.cancel();
      }
    }

    /// Connects to the first of the targets, in their order for this client, that can be reached.
    private Deferred<Back> reach() {
      Target next = Objects.requireNonNull(targets.choose(client.peer(), missed));
      target = next;
      name = next.name();
      next.opened();
      return next.endpoint()
          .connect(client.reactor(), transport -> new Back(transport, next))
          .thenApply(back -> {
            checks.reached(next);
            return back;
          })
          .exceptionallyCompose(
              ConnectFailed.class,
              failure -> {
                leave();
                next.failed();
                checks.missed(next, failure);
                missed = Targets.with(next, missed);
                return missed.size() < targets.all().size() ? reach() : Deferred.failed(failure);
              });
    }

    private void leave() {
      if (target != null) {
        target.closed();
        target = null;
      }
    }

    private Deferred<Void> join(Transport server, Target reached) {
      joined = true;
      Sink there =
          Sink.counted(
              server,
              bytes -> {
                sent += bytes;
                reached.sent(bytes);
              });
      Sink back =
          Sink.counted(
              client,
              bytes -> {
                received += bytes;
                reached.received(bytes);
              });
      return Deferred.settle(List.of(carry(client, there, server), carry(server, back, client)))
          .thenRun(() -> {
            client.loseConnection();
            server.loseConnection();
          });
    }

    private void ended(String problem) {
      leave();
      if (!problem.isEmpty()) {
        client.abortConnection(); // an end in order would look like an answer without content
      }
      long nanos = client.reactor().clock().nanoTime() - begun;
      var peer = client.peer();
      log.accept(() -> line(peer, problem, Duration.ofNanos(nanos)));
    }

    private String line(SocketAddress peer, String problem, Duration time) {
      return show(peer)
          + " to "
          + name
          + (problem.isEmpty()
              ? ": " + sent + " bytes there, " + received + " back, "
              : ": " + problem + ", ")
          + time.toMillis()
          + " ms";
    }
  }

  /// The side that we called.
  private record Back(Transport transport, Target target) implements Protocol {
    @Override
    public void connectionMade() {
      transport.pauseReading();
    }

    @Override
    public void dataReceived(ByteBuffer data) {}
  }

  /// One direction: when its source ends, its sink is told so, and the other direction goes on.
  /// When it breaks, so does the sink.
  private static Deferred<Long> carry(Transport from, Sink counted, Transport to) {
    return from.input()
        .pipeTo(counted)
        .whenComplete((_, failure) -> {
          if (failure == null) {
            to.shutdownOutput();
          } else {
            to.abortConnection();
          }
        });
  }
}
