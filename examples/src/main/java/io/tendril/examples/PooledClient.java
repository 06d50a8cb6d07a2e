package io.tendril.examples;

import module io.tendril;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Asks questions, one line each, over a few connections that it keeps, and never waits for ever.
 */
public final class PooledClient {
  private final Reactor reactor;
  private final String endpoint;
  private final DeferredSemaphore permits;
  private final Deque<Asker> idle = new ArrayDeque<>();

  PooledClient(Reactor reactor, String endpoint, int connections) {
    this.reactor = reactor;
    this.endpoint = endpoint;
    this.permits = new DeferredSemaphore(connections);
  }

  /** Asks on whichever connection is free, within five seconds in all. */
  Deferred<String> ask(String question) {
    return permits
        .with(() -> connection().thenCompose(asker -> asker.ask(question)))
        .orTimeout(Duration.ofSeconds(5), "an answer from " + endpoint);
  }

  private Deferred<Asker> connection() {
    Asker free = idle.pollFirst();
    return free != null ? Deferred.succeeded(free) : reactor.connect(endpoint, Asker::new);
  }

  void close() {
    idle.forEach(asker -> asker.end());
  }

  /** One connection, with at most one question under way. */
  private final class Asker extends LineProtocol {
    private Promise<String> waiting = Promise.create();

    Asker(Transport transport) {
      super(transport);
    }

    Deferred<String> ask(String question) {
      waiting = Promise.create();
      // The answer to a question that was given up would be taken for the next one's: start afresh.
      waiting.onCancel(() -> transport().abortConnection());
      writeLine(question);
      return waiting.deferred();
    }

    void end() {
      transport().loseConnection();
    }

    @Override
    protected void lineReceived(String line) {
      idle.addFirst(this);
      waiting.succeed(line);
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      idle.remove(this);
      if (!waiting.isDone()) {
        waiting.fail(reason);
      }
    }
  }
}
