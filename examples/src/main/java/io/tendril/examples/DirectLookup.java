package io.tendril.examples;

import module io.tendril;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** {@link Lookup} in direct style: one question at a time. */
public final class DirectLookup {
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final int ATTEMPTS = 5;

  private final Reactor reactor;
  private final DatagramConnection socket;
  private int lastId;

  private DirectLookup(Reactor reactor, DatagramConnection socket) {
    this.reactor = reactor;
    this.socket = socket;
  }

  static void main(String[] arguments) throws Exception {
    String endpoint = arguments[0];
    String question = arguments[1];
    IO.println(Reactor.runUntil(reactor -> ask(reactor, endpoint, question)));
  }

  static Deferred<String> ask(Reactor reactor, String endpoint, String question) {
    return reactor.async(() -> {
      try (var socket = reactor.connectDatagram(endpoint).await()) {
        return new DirectLookup(reactor, socket).ask(question);
      }
    });
  }

  /** Asks; throws a TimeoutException when all attempts have gone unanswered. */
  private String ask(String question) throws TimeoutException {
    for (int left = ATTEMPTS; ; left--) {
      int id = ++lastId;
      byte[] text = question.getBytes(StandardCharsets.UTF_8);
      socket.send(ByteBuffer.allocate(4 + text.length).putInt(id).put(text).flip());
      try {
        return reactor
            .async(() -> answer(id))
            .orTimeout(PATIENCE, "an answer of " + socket.transport().peer())
            .await(TimeoutException.class);
      } catch (TimeoutException e) {
        if (left == 1) {
          throw e;
        }
      }
    }
  }

  /** The answer to this question; answers to earlier ones come too late. */
  private String answer(int id) {
    while (true) {
      var data = socket.receive().data();
      if (data.remaining() >= 4 && data.getInt() == id) {
        return StandardCharsets.UTF_8.decode(data).toString();
      }
    }
  }
}
