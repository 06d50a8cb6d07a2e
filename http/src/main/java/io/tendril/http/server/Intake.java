package io.tendril.http.server;

import io.tendril.core.Transport;
import io.tendril.core.tls.TlsSession;
import io.tendril.http.Body;
import io.tendril.http.Ends;
import io.tendril.http.HttpViolation;
import io.tendril.http.Request;
import io.tendril.http.RequestDecoder;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What arrives on a connection: a head, its content, the next head. What is not due yet stays in
 * the socket, and what is due has its time.
 */
final class Intake extends IdleWatch implements Ends {
  private final HttpConnection connection;
  private final Transport transport;

  /** In the middle of a head, the decoder that has begun with it. */
  private @Nullable RequestDecoder decoder;

  /** What is still to come of the request that was taken last, or null. */
  private @Nullable IncomingBody content;

  /** When the first octet of the last head was looked at. */
  private long began;

  /** Whether a part of a head has arrived. */
  private boolean headBegun;

  /** Whether reading is paused because what arrived is not due yet. */
  private boolean holding;

  Intake(HttpConnection connection, Transport transport, ServerLoop loop) {
    super(loop);
    this.connection = connection;
    this.transport = transport;
  }

  // ---- Who sends it ---------------------------------------------------------------------------

  @Override
  public SocketAddress peer() {
    return transport.peer();
  }

  @Override
  public SocketAddress local() {
    return transport.local();
  }

  @Override
  public @Nullable TlsSession tls() {
    return transport.has(TlsSession.class) ? transport.query(TlsSession.class) : null;
  }

  // ---- Heads ----------------------------------------------------------------------------------

  /** Takes what is due. */
  void take(ByteBuffer data) {
    // Past the high mark the rest waits here: a pipeline must not grow the answers without bound.
    while (data.hasRemaining() && transport.reading()) {
      if (content != null) {
        if (!takeContent(content, data)) {
          return;
        }
      } else if (!connection.isBetweenRequests()) {
        hold();
      } else if (!takeHead(data)) {
        return;
      }
    }
  }

  private boolean takeHead(ByteBuffer data) {
    if (!headBegun) {
      began = loop.nanoTime();
    }
    RequestDecoder reading = decoder != null ? decoder : loop.takeDecoder();
    Request next = loop.decode(reading, this, data);
    if (next == null) {
      decoder = reading;
      if (!headBegun) {
        headBegun = true;
        allow(loop.headNanos);
      }
      return false;
    }
    decoder = null;
    loop.giveBack(reading);
    headBegun = false;
    rest();
    connection.received(next);
    return true;
  }

  /** The body of the head that is being decoded. */
  Body body(long length) {
    var incoming = new IncomingBody(this, length, loop.limits);
    content = incoming;
    return new Body.Stream(incoming, length, loop.limits.body(), incoming::trailers);
  }

  /** The next head is due. */
  void nextHead() {
    allow(loop.idleNanos);
    release();
  }

  boolean isInHead() {
    return headBegun;
  }

  /** When the last head began to arrive. */
  long began() {
    return began;
  }

  /** What has arrived stays where it is until its turn comes. */
  void hold() {
    holding = true;
    transport.pauseReading();
  }

  private void release() {
    if (holding) {
      holding = false;
      transport.resumeReading();
    }
  }

  // ---- Content --------------------------------------------------------------------------------

  /** Returns whether to go on with what is left. */
  private boolean takeContent(IncomingBody incoming, ByteBuffer data) {
    if (incoming.state() == IncomingBody.State.WAITING) {
      hold();
      return false;
    }
    int before = data.remaining();
    incoming.take(data);
    incoming.time().came(before - data.remaining(), loop.nanoTime());
    if (incoming.state() == IncomingBody.State.DONE) {
      if (content == incoming) {
        content = null;
        rest();
        connection.contentEnded(incoming.octets());
      }
      return true;
    }
    if (incoming.skipped() > loop.limits.drain()) {
      connection.tooMuchToSkip();
    } else if (incoming.wanted()) {
      await(incoming);
    }
    return false;
  }

  boolean hasContent() {
    return content != null;
  }

  /** Whether what is left of the content can be told from the next request, at a bearable price. */
  boolean canSkip(boolean expectsContinue) {
    if (content == null) {
      return true;
    }
    boolean little = content.length() <= loop.limits.drain();
    return switch (content.state()) {
      case WAITING -> little && !expectsContinue;
      case SKIPPING -> little;
      case FLOWING, DONE -> true;
    };
  }

  /** Whether there is content that nobody has asked for. */
  boolean isUntouched() {
    return content != null && content.state() == IncomingBody.State.WAITING;
  }

  /** The response is out: throws away what is still to come, unless somebody reads it. */
  void skip() {
    IncomingBody rest = content;
    if (rest != null) {
      rest.abandon();
      if (rest.wanted()) {
        resumed();
      } else {
        allow(loop.idleNanos);
      }
    }
  }

  /** There will be no more content, or what there is has to be thrown away by others. */
  void fail(Throwable why) {
    headBegun = false;
    IncomingBody broken = content;
    content = null;
    if (broken != null) {
      broken.fail(why);
    }
  }

  // ---- What its reader wants ------------------------------------------------------------------

  /** Somebody reads it: the first time. */
  void wanted() {
    loop.tick();
    connection.contentWanted();
    resumed();
  }

  void paused() {
    if (content != null) {
      content.time().rest(loop.tick());
    }
    hold();
    if (connection.isAnswering()) {
      rest();
    } else {
      allow(loop.idleNanos);
    }
  }

  void resumed() {
    loop.tick();
    IncomingBody incoming = content;
    if (incoming != null && incoming.wanted()) {
      release();
      await(incoming);
    }
  }

  /** The client's time for more content runs, unless it is this connection that does not read. */
  private void await(IncomingBody incoming) {
    if (transport.reading()) {
      incoming.time().run(loop.nanoTime());
      allow(incoming.time().left());
    } else {
      incoming.time().rest(loop.nanoTime());
      rest();
      transport.onWritable(this::resumed);
    }
  }

  @Override
  void overdue() {
    if (headBegun) {
      connection.late(new HttpViolation(408, "no whole request in time"));
    } else if (content == null) {
      connection.idle();
    } else if (content.wanted() && !transport.reading()) {
      await(content);
    } else {
      connection.late(new HttpViolation(408, "no more content in time"));
    }
  }
}
