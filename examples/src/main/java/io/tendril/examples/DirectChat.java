package io.tendril.examples;

import module io.tendril;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The room of {@link Chat} in direct style. */
public final class DirectChat {
  /** Who is here. No lock: all conversations are held in one reactor's thread. */
  private final Map<String, Connection> members = new LinkedHashMap<>();

  static void main(String[] arguments) {
    String endpoint = arguments.length > 0 ? arguments[0] : "tcp:8008";
    var room = new DirectChat();
    Reactor.run(reactor -> reactor.listen(endpoint, room.factory()));
  }

  ProtocolFactory<?> factory() {
    return Protocol.direct(this::visit);
  }

  private void visit(Connection member) {
    member.deadline(Duration.ofMinutes(10));
    String name = enter(member);
    if (name == null) {
      return;
    }
    try {
      say(name + " has come");
      for (var line : member.lines()) {
        say("<" + name + "> " + line);
      }
    } finally {
      members.remove(name);
      say(name + " has gone");
    }
  }

  private @Nullable String enter(Connection member) {
    member.writeLine("What is your name?");
    for (var name : member.lines()) {
      if (!name.isBlank() && members.putIfAbsent(name, member) == null) {
        return name;
      }
      member.writeLine("That name cannot be had. What is your name?");
    }
    return null;
  }

  /** Nobody waits for the slowest here, as a write of the connection's own would. */
  private void say(String line) {
    members.values().forEach(member -> member.transport().write(line + "\r\n"));
  }
}
