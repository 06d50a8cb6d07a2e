package io.tendril.examples;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.DeferredQueue;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.framing.LineProtocol;
import java.util.ArrayList;
import java.util.List;

/** A client for tests: says lines, and hears lines. */
final class Talker extends LineProtocol {
  private final DeferredQueue<String> heard = new DeferredQueue<>();

  Talker(Transport transport) {
    super(transport);
  }

  static Deferred<Talker> to(Reactor reactor, int port) {
    return reactor.connect("tcp:127.0.0.1:" + port, Talker::new);
  }

  Talker say(String line) {
    writeLine(line);
    return this;
  }

  Deferred<String> hear() {
    return heard.get();
  }

  Deferred<List<String>> hear(int lines) {
    List<Deferred<String>> waiting = new ArrayList<>();
    for (int i = 0; i < lines; i++) {
      waiting.add(hear());
    }
    return Deferred.gather(waiting);
  }

  void leave() {
    transport().loseConnection();
  }

  @Override
  protected void lineReceived(String line) {
    heard.put(line);
  }

  @Override
  public void connectionLost(ConnectionClosed reason) {
    heard.put("(gone)");
  }
}
