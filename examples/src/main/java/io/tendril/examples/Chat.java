package io.tendril.examples;

import module io.tendril;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** A room in which everybody hears what everybody says. The first line that one sends is a name. */
public final class Chat {
  /** Who is here. No lock: all connections live in one reactor's thread. */
  private final Map<String, Member> members = new LinkedHashMap<>();

  static void main(String[] arguments) {
    String endpoint = arguments.length > 0 ? arguments[0] : "tcp:8008";
    var room = new Chat();
    Reactor.run(reactor -> reactor.listen(endpoint, room.factory()));
  }

  ProtocolFactory<?> factory() {
    return IdleTimeout.of(Duration.ofMinutes(10)).wrap(Member::new);
  }

  private void say(String line) {
    members.values().forEach(member -> member.writeLine(line));
  }

  private final class Member extends LineProtocol {
    private String name = "";

    Member(Transport transport) {
      super(transport);
    }

    @Override
    public void connectionMade() {
      writeLine("What is your name?");
    }

    @Override
    protected void lineReceived(String line) {
      if (!name.isEmpty()) {
        say("<" + name + "> " + line);
      } else if (line.isBlank() || members.putIfAbsent(line, this) != null) {
        writeLine("That name cannot be had. What is your name?");
      } else {
        name = line;
        say(name + " has come");
      }
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      if (members.remove(name, this)) {
        say(name + " has gone");
      }
    }
  }
}
