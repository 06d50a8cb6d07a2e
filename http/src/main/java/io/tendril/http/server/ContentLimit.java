package io.tendril.http.server;

import io.tendril.http.HttpFailure;
import io.tendril.http.Reply;
import io.tendril.http.Request;

/**
 * How much content a request may have, collected or streamed.
 *
 * @param octets more is answered with 413: at once where the length is known, else when it comes
 */
record ContentLimit(int octets) implements Filter {
  @Override
  public Reply handle(Request request, HttpHandler next) throws Exception {
    if (request.body().length() > octets) {
      throw new HttpFailure(413, "content of more than " + octets + " octets");
    }
    return next.handle(
        request.body().length() == 0
            ? request
            : request.withBody(request.body().limitedTo(octets)));
  }
}
