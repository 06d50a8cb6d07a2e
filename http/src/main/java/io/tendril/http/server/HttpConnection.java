package io.tendril.http.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import io.tendril.http.Body;
import io.tendril.http.HttpViolation;
import io.tendril.http.Reply;
import io.tendril.http.Request;
import io.tendril.http.Response;
import io.tendril.http.ResponseEncoder.Delivery;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a server. It is at one request at a time:
 *
 * <pre>
 *   IDLE        no request: between two, or in the middle of a head
 *   HANDLING    the handler has the request; its content may flow; what comes behind waits
 *   STARTING    the response is there, but none of its content, which flows: nothing is out yet
 *   RESPONDING  the response is on its way out
 *   RESPONDED   the response is out; content that nobody read is skipped, then IDLE again
 *   TAKEN       another protocol is to have the connection, once the content is out of the way
 *   OVER        it closes, or has become another protocol's
 * </pre>
 */
final class HttpConnection implements Protocol {
  private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII);

  /** For a request that is in the kernel, or on its way, when the server begins to drain. */
  private static final Duration GRACE = Duration.ofMillis(10);

  /** The same where another process takes over, and the reactor goes on. */
  private static final Duration UNHURRIED_GRACE = Duration.ofSeconds(1);

  private enum State {
    IDLE,
    HANDLING,
    STARTING,
    RESPONDING,
    RESPONDED,
    TAKEN,
    OVER
  }

  private final Transport transport;
  private final ServerLoop loop;
  private final CommonFields common;
  private final Intake intake;

  /** Made when a response does not go out at once. */
  private @Nullable OutputWatch output;

  private State state = State.IDLE;

  private @Nullable Request request;

  /** What the handler still works at. */
  private @Nullable Deferred<?> outstanding;

  /** How another protocol takes the connection over, once the content is out of the way. */
  private @Nullable Handover handover;

  /** Why it closes after the response under way, if the client broke the rules. */
  private @Nullable Refused refused;

  /** Whether the connection is to serve another request after this one. */
  private boolean persistent = true;

  private boolean draining;
  private boolean closed;

  HttpConnection(Transport transport, ServerLoop loop) {
    this.transport = transport;
    this.loop = loop;
    this.common = loop.common(transport);
    this.intake = new Intake(this, transport, loop);
  }

  // ---- What arrives ---------------------------------------------------------------------------

  @Override
  public void connectionMade() {
    loop.tick();
    intake.nextHead();
  }

  @Override
  public void dataReceived(ByteBuffer data) {
    loop.tick();
    try {
      intake.take(data);
    } catch (HttpViolation violation) {
      refuse(violation);
    }
  }

  /** Whether a request may be taken. */
  boolean isBetweenRequests() {
    return state == State.IDLE;
  }

  /** The handler reads the content of its request. */
  void contentWanted() {
    Request asking = request;
    if (asking != null
        && asking.expectsContinue()
        && (state == State.HANDLING || state == State.STARTING || state == State.TAKEN)) {
      transport.write(CONTINUE);
      loop.telling.continued(transport, asking);
    }
  }

  void contentEnded(long octets) {
    loop.telling.contentReceived(transport, request, octets);
    goOn();
  }

  /** There is more content that nobody reads than it is worth to skip. */
  void tooMuchToSkip() {
    persistent = false;
    switch (state) {
      case RESPONDED -> goOn();
      case TAKEN -> transport.abortConnection();
      default -> intake.hold();
    }
  }

  @Override
  public boolean endReceived() {
    loop.tick();
    persistent = false;
    if (intake.hasContent()) {
      intake.fail(new ConnectionClosed.Lost(transport.peer(), "it ended in mid-content"));
      return false;
    }
    return isAnswering();
  }

  @Override
  public void connectionLost(ConnectionClosed reason) {
    closed = true;
    endWatches();
    intake.fail(reason);
    if (outstanding != null) {
      outstanding.cancel();
    }
  }

  @Override
  public int unreadLimit() {
    return Math.max(Protocol.super.unreadLimit(), loop.limits.head() + 2);
  }

  /** A request, or its content, does not come to its end in time. */
  void late(HttpViolation violation) {
    if (state == State.IDLE || isAnswering()) {
      refuse(violation);
    } else {
      lose(timedOut(violation.rule()));
    }
  }

  /** No request comes or, of a connection that closes, the end. */
  void idle() {
    if (state == State.OVER) {
      output().begin(null);
    } else {
      lose(timedOut("no request"));
    }
  }

  /** Whether a request is at its handler, or its response on the way. */
  boolean isAnswering() {
    return state == State.HANDLING || state == State.STARTING || state == State.RESPONDING;
  }

  private ConnectionClosed timedOut(String what) {
    return new ConnectionClosed.TimedOut(transport.peer(), what, loop.limits.idle());
  }

  // ---- Draining -------------------------------------------------------------------------------

  @Override
  public void drain(Transport drained) {
    finish(GRACE);
  }

  @Override
  public void retire(Transport retired) {
    finish(UNHURRIED_GRACE);
  }

  private void finish(Duration grace) {
    if (!draining) {
      loop.telling.drains(transport, isIdle());
    }
    draining = true;
    persistent = false;
    // Between the two calls all sockets are read: what the kernel has by then is answered.
    transport.callLater(grace, () -> transport.callLater(Duration.ZERO, this::closeIfIdle));
  }

  private boolean isIdle() {
    return state == State.IDLE && !intake.isInHead();
  }

  private void closeIfIdle() {
    if (isIdle()) {
      transport.loseConnection();
    }
  }

  // ---- Requests -------------------------------------------------------------------------------

  /** A request is there; of its content perhaps nothing. */
  void received(Request next) {
    request = next;
    state = State.HANDLING;
    persistent = next.persistent() && !draining;
    loop.telling.received(transport, next);
    Reply reply;
    try {
      reply = loop.server.handle(next);
    } catch (Exception failure) {
      reply = failure(next, failure);
    }
    reply(next, reply);
  }

  private void reply(Request answered, Reply reply) {
    switch (reply) {
      case Response response -> respond(answered, response);
      case Reply.Later later -> await(answered, later);
      case Reply.Takeover taking -> takeOver(answered, taking);
    }
  }

  private void await(Request answered, Reply.Later later) {
    Deferred<Void> handling =
        later
            .reply()
            .exceptionally(failure -> failure(answered, failure))
            .thenAccept(reply -> {
              loop.tick();
              outstanding = null;
              reply(answered, reply);
            });
    if (!handling.isDone()) {
      outstanding = handling;
    }
  }

  private Response failure(Request failed, Throwable failure) {
    return loop.answer(transport, failed, failure, closed);
  }

  /** The handler's reply is one that this request cannot have. */
  private void mistaken(Request answered, String how) {
    loop.telling.failed(transport, answered, new IllegalStateException(how));
    respond(answered, Response.failure(500));
  }

  private boolean isOver(Request answered) {
    return closed || request != answered || state != State.HANDLING;
  }

  // ---- Responses ------------------------------------------------------------------------------

  private void respond(Request answered, Response response) {
    if (isOver(answered)) {
      ResponseWriter.release(response.body());
      return;
    }
    if (answered.method().equals("CONNECT") && response.status() < 300) {
      // To its client this would be a tunnel.
      ResponseWriter.release(response.body());
      mistaken(answered, "no tunnel: " + response.status());
      return;
    }
    write(answered, response);
  }

  private boolean canGoOnAfter(@Nullable Request answered, Response response) {
    return response.status() != 413
        && intake.canSkip(answered == null || answered.expectsContinue());
  }

  private void write(@Nullable Request answered, Response response) {
    boolean http10 = answered != null && answered.isHttp10();
    boolean head = answered != null && answered.isHead();
    if (persistent && !http10 && !head && canGoOnAfter(answered, response)) {
      ByteBuffer whole = common.encoder.prepared(response, common.lines(loop.nanoTime()));
      if (whole != null) {
        state = State.RESPONDING;
        loop.telling.started(transport, answered, response);
        transport.write(whole);
        written(answered, response.status(), response.body().length(), true);
        return;
      }
    }
    Delivery delivery = Delivery.of(head, http10, response);
    if (delivery == Delivery.NOTHING || delivery == Delivery.LENGTH_ONLY) {
      sendHead(answered, response, delivery);
      ResponseWriter.release(response.body());
      written(answered, response.status(), 0, true);
    } else if (response.body() instanceof Body.Octets(var data)
        && data.remaining() <= ResponseWriter.AT_ONCE) {
      sendHead(answered, response, delivery);
      transport.write(data);
      written(answered, response.status(), data.remaining(), true);
    } else {
      state = State.STARTING;
      var writer =
          new ResponseWriter(this, transport, loop, common.encoder, answered, response, delivery);
      writer.write();
      if (!writer.ended()) {
        output().begin(writer);
      }
    }
  }

  /** Sends the head of a response: from here on there can be no other. */
  void sendHead(@Nullable Request answered, Response response, Delivery delivery) {
    state = State.RESPONDING;
    persistent &=
        canGoOnAfter(answered, response)
            && delivery != Delivery.UNTIL_CLOSE
            && !response.headers().hasToken("Connection", "close");
    loop.telling.started(transport, answered, response);
    boolean http10 = answered != null && answered.isHttp10();
    byte[] lines = common.lines(loop.nanoTime());
    transport.write(common.encoder.head(response, delivery, lines, http10, persistent));
  }

  /** The content of a response has failed before the first octet: that is the answer, then. */
  void notBegun(Request answered, Response response, Throwable failure) {
    if (isGone()) {
      written(answered, response.status(), 0, false);
    } else {
      state = State.HANDLING;
      Response instead;
      try {
        instead = response.answerTo(failure);
      } catch (Exception unanswered) {
        instead = failure(answered, unanswered);
      }
      respond(answered, instead);
    }
  }

  /** Whether the connection is lost, which the protocol may be the last to hear. */
  private boolean isGone() {
    transport.onClosed(_ -> closed = true).cancel();
    return closed;
  }

  /** A response was handed to the transport, or never will be. */
  void written(@Nullable Request answered, int status, long octets, boolean complete) {
    if (output != null) {
      output.rest();
    }
    loop.telling.ended(transport, answered, status, octets, complete, intake.began());
    if (complete) {
      state = State.RESPONDED;
      goOn();
    } else {
      state = State.OVER;
      transport.abortConnection();
    }
  }

  /** Does what comes next when the response or the content has come to its end. */
  private void goOn() {
    if (state == State.TAKEN) {
      handOver();
    } else if (state == State.RESPONDED) {
      if (refused != null) {
        linger(refused.reason());
      } else if (!persistent || draining) {
        close();
      } else if (intake.hasContent()) {
        intake.skip();
      } else {
        state = State.IDLE;
        request = null;
        intake.nextHead();
      }
    }
  }

  // ---- The end --------------------------------------------------------------------------------

  /** Closes after the last response; if there may be more content to come, not too soon. */
  private void close() {
    if (intake.hasContent()) {
      linger(new ConnectionClosed.Done(transport.peer()));
    } else {
      lose(new ConnectionClosed.Done(transport.peer()));
    }
  }

  /** Closes as soon as the client has taken what is there, if it does so fast enough. */
  private void lose(ConnectionClosed reason) {
    state = State.OVER;
    intake.fail(reason);
    transport.loseConnection(reason);
    intake.allow(loop.idleNanos);
  }

  private OutputWatch output() {
    OutputWatch made = output;
    if (made == null) {
      made = new OutputWatch(transport, loop);
      output = made;
    }
    return made;
  }

  private void endWatches() {
    intake.end();
    if (output != null) {
      output.end();
    }
  }

  private void linger(ConnectionClosed reason) {
    state = State.OVER;
    endWatches();
    loop.telling.lingers(transport);
    intake.fail(reason);
    Handover.become(transport, next -> new Lingering(next, loop, reason));
  }

  /** Answers what breaks the rules, and closes. */
  private void refuse(HttpViolation violation) {
    persistent = false;
    intake.rest();
    Refused refusal = Refused.on(transport, loop, request, violation);
    refused = refusal;
    intake.fail(violation);
    // To fail the content may have made the handler answer.
    switch (state) {
      case IDLE -> write(null, refusal.response());
      case HANDLING -> {
        Deferred<?> handling = outstanding;
        outstanding = null;
        write(request, refusal.response());
        if (handling != null) {
          handling.cancel();
        }
      }
      case STARTING, RESPONDING -> intake.hold();
      case RESPONDED -> goOn();
      case TAKEN -> transport.abortConnection();
      case OVER -> {}
    }
  }

  // ---- Other protocols ------------------------------------------------------------------------

  private void takeOver(Request answered, Reply.Takeover taking) {
    if (isOver(answered)) {
      return;
    }
    if (!Handover.isWanted(answered, taking)) {
      mistaken(answered, "a takeover that the client did not ask for: " + taking);
    } else if (draining) {
      respond(answered, Response.failure(503));
    } else {
      state = State.TAKEN;
      handover = new Handover(transport, loop, answered, taking, intake.began());
      if (!intake.hasContent()) {
        handOver();
      } else if (intake.isUntouched()) {
        contentWanted();
        intake.skip();
      }
    }
  }

  /** All of the request is in: the connection is the other protocol's. */
  private void handOver() {
    state = State.OVER;
    endWatches();
    Objects.requireNonNull(handover).complete();
  }
}
