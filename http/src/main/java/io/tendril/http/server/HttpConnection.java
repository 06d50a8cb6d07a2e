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
import io.tendril.http.RequestDecoder;
import io.tendril.http.Response;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a server. It is at one request at a time:
 *
 * <pre>
 *   request == null      between requests, or in the middle of a head
 *   reply outstanding    the handler has the request; its content may flow; what comes behind waits
 *   responding           the response is on its way out
 *   responded            the response is out; content that nobody read is skipped
 * </pre>
 */
final class HttpConnection implements Protocol {
  private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII);

  /** For a request that is in the kernel, or on its way, when the server begins to drain. */
  private static final Duration GRACE = Duration.ofMillis(10);

  private final Transport transport;
  private final ServerLoop loop;
  private final RequestDecoder decoder;
  private final IdleWatch watch;

  private @Nullable Request request;
  private @Nullable IncomingBody content;
  private @Nullable Deferred<?> outstanding;
  private @Nullable ResponseWriter responding;
  private boolean responded;
  private @Nullable ConnectionClosed refusal;

  /** Whether the connection is to serve another request after this one. */
  private boolean persistent = true;

  /** Whether a part of a head has arrived. */
  private boolean headBegun;

  /** Whether reading is paused because what arrived is not due yet. */
  private boolean holding;

  private boolean draining;
  private boolean closed;

  HttpConnection(Transport transport, ServerLoop loop) {
    this.transport = transport;
    this.loop = loop;
    this.decoder = new RequestDecoder(loop.limits, this::body);
    this.watch = new IdleWatch(transport, loop, this::overdue);
  }

  private Body body(long length) {
    var incoming = new IncomingBody(this, length, loop.limits);
    content = incoming;
    return new Body.Stream(incoming, length, loop.limits.body(), incoming::trailers);
  }

  // ---- What arrives ---------------------------------------------------------------------------

  @Override
  public void connectionMade() {
    watch.allow(loop.limits.idle());
  }

  @Override
  public void dataReceived(ByteBuffer data) {
    try {
      // Past the high mark the rest waits here: a pipeline must not grow the answers without bound.
      while (data.hasRemaining() && transport.reading() && transport.writable()) {
        if (content != null) {
          if (!contentReceived(content, data)) {
            return;
          }
        } else if (request != null) {
          hold();
        } else if (!headReceived(data)) {
          return;
        }
      }
    } catch (HttpViolation violation) {
      refuse(violation);
    }
  }

  /** What has arrived stays where it is until its turn comes. */
  private void hold() {
    holding = true;
    transport.pauseReading();
  }

  private void release() {
    if (holding) {
      holding = false;
      transport.resumeReading();
    }
  }

  private boolean headReceived(ByteBuffer data) {
    Request next = decoder.next(data);
    if (next == null) {
      if (!headBegun) {
        headBegun = true;
        watch.allow(loop.limits.headTime());
      }
      return false;
    }
    headBegun = false;
    watch.rest();
    begin(next);
    return true;
  }

  /** Returns whether to go on with what is left. */
  private boolean contentReceived(IncomingBody incoming, ByteBuffer data) {
    if (incoming.state() == IncomingBody.State.WAITING) {
      hold();
      return false;
    }
    incoming.take(data);
    if (incoming.state() == IncomingBody.State.DONE) {
      if (content == incoming) {
        content = null;
        watch.rest();
        nextIfResponded();
      }
      return true;
    }
    if (incoming.skipped() > loop.limits.drain()) {
      persistent = false;
      if (responded) {
        nextIfResponded();
      } else {
        hold();
      }
    } else if (transport.reading()) {
      watch.allow(loop.limits.idle());
    }
    return false;
  }

  @Override
  public boolean endReceived() {
    persistent = false;
    if (content != null) {
      content.fail(new ConnectionClosed.Lost(transport.peer(), "it ended in mid-content"));
      content = null;
      return false;
    }
    return request != null && !responded;
  }

  @Override
  public void connectionLost(ConnectionClosed reason) {
    closed = true;
    watch.rest();
    if (content != null) {
      content.fail(reason);
    }
    if (outstanding != null) {
      outstanding.cancel();
    }
  }

  @Override
  public void drain(Transport drained) {
    draining = true;
    persistent = false;
    transport.callLater(GRACE, this::closeIfIdle);
  }

  private void closeIfIdle() {
    if (request == null && !headBegun) {
      transport.loseConnection();
    }
  }

  @Override
  public int unreadLimit() {
    return Math.max(Protocol.super.unreadLimit(), loop.limits.head() + 2);
  }

  private void overdue(Duration limit) {
    String what =
        headBegun ? "no whole request" : content != null ? "no more content" : "no request";
    if (headBegun || (content != null && responding == null && !responded)) {
      refuse(new HttpViolation(408, what + " in time"));
    } else {
      transport.loseConnection(new ConnectionClosed.TimedOut(transport.peer(), what, limit));
    }
  }

  // ---- The flow of content, asked for by IncomingBody -----------------------------------------

  void contentWanted() {
    Request asking = request;
    if (asking != null && asking.expectsContinue() && responding == null && !responded) {
      transport.write(CONTINUE);
    }
    watch.allow(loop.limits.idle());
    release();
  }

  void contentPaused() {
    watch.rest();
    hold();
  }

  void contentResumed() {
    watch.allow(loop.limits.idle());
    release();
  }

  // ---- Requests -------------------------------------------------------------------------------

  private void begin(Request next) {
    request = next;
    responded = false;
    persistent = next.persistent() && !draining;
    Reply reply;
    try {
      reply = next.method().equals("CONNECT") ? Response.failure(501) : loop.handler.handle(next);
    } catch (Exception failure) {
      reply = failure(next, failure);
    }
    switch (reply) {
      case Response response -> respond(next, response);
      case Reply.Later later ->
          outstanding =
              later
                  .response()
                  .exceptionally(failure -> failure(next, failure))
                  .thenAccept(response -> respond(next, response));
    }
  }

  private Response failure(Request failed, Throwable failure) {
    Response expected = AnsweredFailure.expected(failure);
    if (expected != null) {
      return expected;
    }
    var known = failure instanceof AnsweredFailure answered ? answered : null;
    if (!closed) {
      loop.failed(transport.peer(), failed, known == null ? failure : known.reason());
    }
    return known == null ? Response.failure(500) : known.response();
  }

  private void respond(Request answered, Response response) {
    outstanding = null;
    if (closed || request != answered || responding != null || responded) {
      ResponseWriter.release(response.body());
      return;
    }
    persistent &= contentCanBeSkipped(answered) && response.status() != 413;
    write(answered, response);
  }

  /** Whether what is left of the content can be told from the next request, at a bearable price. */
  private boolean contentCanBeSkipped(Request answered) {
    if (content == null) {
      return true;
    }
    boolean little = content.atLeast() <= loop.limits.drain();
    return switch (content.state()) {
      case WAITING -> little && !answered.expectsContinue();
      case SKIPPING -> little;
      case FLOWING, DONE -> true;
    };
  }

  private void write(@Nullable Request answered, Response response) {
    var writer = new ResponseWriter(transport, loop, answered, response);
    responding = writer;
    persistent = writer.writeHead(persistent);
    writer.writeBody(this::written);
  }

  private void written(boolean complete) {
    ResponseWriter writer = responding;
    responding = null;
    responded = true;
    if (writer != null && loop.log != null) {
      loop.log.ended(writer.exchange(complete));
    }
    if (!complete) {
      transport.abortConnection();
    } else if (content != null && persistent) {
      content.abandon();
      watch.allow(loop.limits.idle());
      if (content.state() == IncomingBody.State.SKIPPING) {
        release();
      }
    } else {
      nextIfResponded();
    }
  }

  /** Goes on with the next request if all of this one is done. */
  private void nextIfResponded() {
    if (!responded) {
      return;
    }
    request = null;
    responded = false;
    if (refusal != null) {
      linger(refusal);
    } else if (!persistent || draining) {
      close();
    } else {
      watch.allow(loop.limits.idle());
      release();
    }
  }

  /** Closes after the last response; if there may be more content to come, not too soon. */
  private void close() {
    if (content != null) {
      linger(new ConnectionClosed.Done(transport.peer()));
    } else {
      transport.loseConnection();
    }
  }

  private void linger(ConnectionClosed reason) {
    watch.rest();
    IncomingBody rest = content;
    content = null;
    if (rest != null) {
      rest.fail(reason);
    }
    try {
      transport.become(next -> new Lingering(next, reason, loop.limits));
    } catch (ConnectionClosed gone) {
      // It is gone already, which connectionLost is about to tell.
    }
  }

  /** Answers what breaks the rules, and closes. */
  private void refuse(HttpViolation violation) {
    persistent = false;
    headBegun = false;
    watch.rest();
    IncomingBody broken = content;
    content = null;
    if (broken != null) {
      broken.fail(violation);
    }
    refusal = new ConnectionClosed.Violation(transport.peer(), violation);
    if (responded) {
      nextIfResponded();
    } else if (responding == null) {
      Request answered = request;
      Deferred<?> handling = outstanding;
      write(answered, Response.failure(violation.status()));
      if (handling != null) {
        handling.cancel();
      }
    } else {
      hold();
    }
  }
}
