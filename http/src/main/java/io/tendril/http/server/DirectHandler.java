package io.tendril.http.server;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.http.Reply;
import io.tendril.http.Request;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A handler whose requests are coroutines. One that does not suspend answers at once. */
record DirectHandler(HttpHandler handler) implements HttpHandler {
  @Override
  public Reply handle(Request request) {
    var answering = new Answering(handler, request);
    Deferred<Reply> later = Reactor.current().async(answering);
    Reply now = answering.reply;
    return now != null ? now : Reply.when(later);
  }

  private static final class Answering implements Callable<Reply> {
    private final HttpHandler handler;
    private final Request request;
    private @Nullable Reply reply;

    Answering(HttpHandler handler, Request request) {
      this.handler = handler;
      this.request = request;
    }

    @Override
    public Reply call() throws Exception {
      Reply made = handler.handle(request);
      reply = made;
      return made;
    }
  }
}
