package io.tendril.examples.register;

import module io.tendril;

/** One line there and one back, over a connection of its own. */
public final class Question {
  private Question() {}

  /** Asks; cancelling closes the connection. */
  public static Deferred<String> ask(Reactor reactor, String endpoint, String line) {
    return reactor
        .connect(endpoint, transport -> new Asking(transport, line))
        .thenCompose(asking -> asking.answer.deferred());
  }

  private static final class Asking extends LineProtocol {
    private final Promise<String> answer = Promise.create();
    private final String line;

    Asking(Transport transport, String line) {
      super(transport);
      this.line = line;
      answer.onCancel(transport::abortConnection);
    }

    @Override
    public void connectionMade() {
      writeLine(line);
    }

    @Override
    protected void lineReceived(String received) {
      answer.succeed(received);
      transport().loseConnection();
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      if (!answer.isDone()) {
        answer.fail(reason);
      }
    }
  }
}
