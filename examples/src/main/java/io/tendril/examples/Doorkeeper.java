package io.tendril.examples;

import module io.tendril;

/**
 * A service for one user of this machine, on a UNIX socket: whoever else calls is sent away, by
 * what the kernel says of the caller's process, and not by a password.
 *
 * <pre>
 *   $ tendril run Doorkeeper.java unix:/tmp/door 1000 &amp;
 *   $ nc -U /tmp/door
 *   Come in, process 4711.
 * </pre>
 *
 * <p>The file lets everybody connect. For a user alone {@code mode=0600} would do; but that cannot
 * tell processes apart, nor say no in words.
 */
public final class Doorkeeper {
  private Doorkeeper() {}

  static void main(String[] arguments) {
    String endpoint = arguments.length > 0 ? arguments[0] : "unix:/tmp/door:mode=0666";
    int user = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
    Reactor.run(reactor -> reactor.listen(endpoint, welcoming(user)));
  }

  /** Lets a user in. */
  static ProtocolFactory<Protocol> welcoming(int user) {
    return Protocol.direct(connection -> {
      var caller = connection.transport().query(PeerCredentials.class);
      if (caller.user() != user) {
        connection.writeLine("Not you, user " + caller.user() + ".");
        return;
      }
      connection.writeLine("Come in, process " + caller.process() + ".");
      for (var line : connection.lines()) {
        connection.writeLine("You say: " + line);
      }
    });
  }
}
