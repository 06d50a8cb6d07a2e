package io.tendril.examples.fanout;

import module io.tendril;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What hands messages from gateway to gateway: a stand-in, in lines, for a topic exchange of
 * RabbitMQ or the partitions of Kafka. Whoever is connected says {@code +room} and {@code -room} to
 * hear a room or no longer, and {@code room text} to all that hear it, once each.
 *
 * <pre>{@code
 * tendril run Bus.java tcp:7000
 * }</pre>
 */
public final class Bus {
  private final Map<String, Set<Line>> rooms = new LinkedHashMap<>();
  private long published;
  private long forwarded;

  static void main(String[] arguments) {
    var bus = new Bus();
    Reactor.run(reactor -> reactor.listen(arguments[0], bus.factory()));
  }

  ProtocolFactory<?> factory() {
    return Line::new;
  }

  /** How many messages have come. */
  long published() {
    return published;
  }

  /** How many have gone out, to all gateways together. */
  long forwarded() {
    return forwarded;
  }

  private final class Line extends LineProtocol {
    private final Set<String> heard = new LinkedHashSet<>();

    Line(Transport transport) {
      super(transport);
    }

    @Override
    protected void lineReceived(String line) {
      if (line.startsWith("+")) {
        String room = line.substring(1);
        heard.add(room);
        rooms.computeIfAbsent(room, _ -> new LinkedHashSet<>()).add(this);
      } else if (line.startsWith("-")) {
        leave(line.substring(1));
      } else {
        publish(line);
      }
    }

    private void publish(String line) {
      published++;
      for (Line each : rooms.getOrDefault(line.split(" ", 2)[0], Set.of())) {
        forwarded++;
        each.writeLine(line);
      }
    }

    private void leave(String room) {
      heard.remove(room);
      Set<Line> left = rooms.get(room);
      if (left != null && left.remove(this) && left.isEmpty()) {
        rooms.remove(room);
      }
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      Set.copyOf(heard).forEach(this::leave);
    }
  }
}
