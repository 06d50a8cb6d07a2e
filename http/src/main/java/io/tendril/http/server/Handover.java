package io.tendril.http.server;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Transport;
import io.tendril.http.Reply;
import io.tendril.http.Request;

/** A connection that becomes another protocol's: RFC 9110, sections 7.8 and 9.3.6. */
final class Handover {
  private final Transport transport;
  private final ServerLoop loop;
  private final Request request;
  private final Reply.Takeover taking;
  private final long began;

  Handover(
      Transport transport, ServerLoop loop, Request request, Reply.Takeover taking, long began) {
    this.transport = transport;
    this.loop = loop;
    this.request = request;
    this.taking = taking;
    this.began = began;
  }

  /** Whether the client has asked for it: what it did not, it would take for a response. */
  static boolean isWanted(Request request, Reply.Takeover taking) {
    return taking.status() == 101
        ? request.offers(taking.protocol())
        : request.method().equals("CONNECT");
  }

  /** Does it. The content of the request must be out of the way. */
  void complete() {
    CommonFields common = loop.common(transport);
    transport.write(common.encoder.takeover(taking, common.lines(loop.nanoTime())));
    loop.telling.takenOver(transport, request, taking, began);
    try {
      become(transport, taking.next());
    } catch (RuntimeException failure) {
      loop.telling.failed(transport, request, failure);
      transport.abortConnection();
    }
  }

  /** Hands a connection over, unless it is gone, which connectionLost is about to tell. */
  static void become(Transport transport, ProtocolFactory<?> next) {
    try {
      transport.become(next);
    } catch (ConnectionClosed gone) {
      // The one that is told is the protocol that still has it.
    }
  }
}
