package io.tendril.http.server;

import io.tendril.core.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Cuts off a client that takes what it is sent too slowly. Contract line P4 does so where a client
 * takes nothing for 30 seconds; one that takes an octet now and then would hold its connection for
 * as long as it likes. So once in the idle time this looks how much went: if something was waiting
 * then as well as now, it has to be what the least rate of content asks for.
 */
final class OutputWatch extends IdleWatch {
  private final Transport transport;

  /** What hands octets to the transport meanwhile. */
  private @Nullable ResponseWriter writer;

  private long handedBefore;
  private long waitedBefore;

  OutputWatch(Transport transport, ServerLoop loop) {
    super(loop);
    this.transport = transport;
  }

  /** Something is to be taken: what a response writes or, without one, what is left of others. */
  void begin(@Nullable ResponseWriter newWriter) {
    if (loop.leastTaken > 0) {
      writer = newWriter;
      look();
    }
  }

  /** All has been handed over, and the connection goes on. */
  @Override
  void rest() {
    writer = null;
    super.rest();
  }

  private void look() {
    handedBefore = handed();
    waitedBefore = transport.outboundBytes();
    allow(loop.idleNanos);
  }

  private long handed() {
    return writer == null ? 0 : writer.handed();
  }

  @Override
  void overdue() {
    long waits = transport.outboundBytes();
    long taken = handed() - handedBefore + waitedBefore - waits;
    if (waitedBefore > 0 && waits > 0 && taken < loop.leastTaken) {
      loop.telling.tooSlow(transport, waits);
      transport.abortConnection();
    } else {
      look();
    }
  }
}
