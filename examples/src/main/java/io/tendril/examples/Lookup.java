package io.tendril.examples;

import module io.tendril;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** A UDP client that matches replies to requests by number, and asks again when one is lost. */
public final class Lookup implements DatagramProtocol {
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final int ATTEMPTS = 5;

  private final DatagramTransport transport;
  private final Map<Integer, Promise<String>> waiting = new HashMap<>();
  private int lastId;

  Lookup(DatagramTransport transport) {
    this.transport = transport;
  }

  static void main(String[] arguments) throws Exception {
    String endpoint = arguments[0];
    String question = arguments[1];
    String answer =
        Reactor.runUntil(reactor ->
            reactor
                .connectDatagram(endpoint, Lookup::new)
                .thenCompose(client -> client.ask(question)));
    IO.println(answer);
  }

  /** Asks; fails with a TimeoutException when all attempts have gone unanswered. */
  Deferred<String> ask(String question) {
    return attempt(question, ATTEMPTS);
  }

  /** How many questions wait for an answer now. */
  int waiting() {
    return waiting.size();
  }

  private Deferred<String> attempt(String question, int left) {
    return once(question)
        .orTimeout(PATIENCE, "an answer of " + transport.peer())
        .exceptionallyCompose(
            TimeoutException.class,
            timeout -> left > 1 ? attempt(question, left - 1) : Deferred.failed(timeout));
  }

  private Deferred<String> once(String question) {
    int id = ++lastId;
    Promise<String> promise = Promise.create();
    promise.onCancel(() -> waiting.remove(id));
    waiting.put(id, promise);
    byte[] text = question.getBytes(StandardCharsets.UTF_8);
    transport.send(ByteBuffer.allocate(4 + text.length).putInt(id).put(text).flip());
    return promise.deferred();
  }

  @Override
  public void datagramReceived(ByteBuffer data, InetSocketAddress from) {
    if (data.remaining() < 4) {
      return;
    }
    Promise<String> promise = waiting.remove(data.getInt());
    if (promise != null) {
      promise.succeed(StandardCharsets.UTF_8.decode(data).toString());
    }
  }
}
