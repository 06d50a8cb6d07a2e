package io.tendril.examples.fanout;

import module io.tendril;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One of many servers that people are connected to: {@code join room}, then {@code say text}. It
 * hears a room on the bus while it has a member of it, and so gets each message once, however many
 * members it has.
 *
 * <pre>{@code
 * tendril run Gateway.java tcp:7001 tcp:127.0.0.1:7000
 * }</pre>
 */
public final class Gateway {
  private final ClientService<Uplink> bus;
  private final Map<String, Set<Member>> rooms = new LinkedHashMap<>();

  /** There while the bus is. */
  private @Nullable Uplink uplink;

  private long heard;
  private long delivered;

  Gateway(String bus) {
    this.bus = ClientService.of(bus, Uplink::new);
  }

  static void main(String[] arguments) {
    var gateway = new Gateway(arguments[1]);
    Reactor.run(reactor -> gateway.start(reactor, arguments[0]));
  }

  Deferred<Listener> start(Reactor reactor, String endpoint) {
    bus.runIn(reactor);
    return reactor.listen(endpoint, Member::new);
  }

  /** How many messages have come from the bus. */
  long heard() {
    return heard;
  }

  /** How many have gone to members. */
  long delivered() {
    return delivered;
  }

  private void tellBus(String line) {
    if (uplink != null) {
      uplink.writeLine(line);
    }
  }

  /** This gateway's connection to the bus. What is said while there is none is lost. */
  private final class Uplink extends LineProtocol {
    Uplink(Transport transport) {
      super(transport);
    }

    @Override
    public void connectionMade() {
      uplink = this;
      rooms.keySet().forEach(room -> writeLine("+" + room));
    }

    @Override
    protected void lineReceived(String line) {
      heard++;
      for (Member each : rooms.getOrDefault(line.split(" ", 2)[0], Set.of())) {
        delivered++;
        each.writeLine(line);
      }
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      uplink = null;
    }
  }

  private final class Member extends LineProtocol {
    private String room = "";

    Member(Transport transport) {
      super(transport);
    }

    @Override
    protected void lineReceived(String line) {
      String[] words = line.split(" ", 2);
      String rest = words.length < 2 ? "" : words[1];
      if (words[0].equals("join") && room.isEmpty() && rest.matches("\\w{1,40}")) {
        join(rest);
      } else if (words[0].equals("say") && !room.isEmpty() && !rest.isBlank()) {
        tellBus(room + " " + rest);
      } else {
        transport().loseConnection();
      }
    }

    private void join(String name) {
      room = name;
      Set<Member> members = rooms.computeIfAbsent(name, _ -> new LinkedHashSet<>());
      if (members.isEmpty()) {
        tellBus("+" + name);
      }
      members.add(this);
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      Set<Member> members = rooms.get(room);
      if (members != null && members.remove(this) && members.isEmpty()) {
        rooms.remove(room);
        tellBus("-" + room);
      }
    }
  }
}
