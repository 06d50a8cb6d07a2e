package io.tendril.cli;

import io.tendril.http.Headers;
import io.tendril.http.HttpFailure;
import io.tendril.http.Reply;
import io.tendril.http.Request;
import io.tendril.http.Response;
import io.tendril.http.server.Filter;
import io.tendril.http.server.HttpHandler;
import java.util.List;

/// Puts header fields in every response, in place of those of their names.
final class ResponseFields implements Filter {
  private final Headers headers;

  ResponseFields(List<WebOptions.Field> fields) {
    var builder = new Headers.Builder();
    fields.forEach(field -> builder.add(field.name(), field.value()));
    this.headers = builder.build();
  }

  Headers headers() {
    return headers;
  }

  @Override
  public Reply handle(Request request, HttpHandler next) throws Exception {
    if (headers.size() == 0) {
      return next.handle(request);
    }
    Reply reply;
    try {
      reply = next.handle(request);
    } catch (HttpFailure failure) {
      reply = failure.response();
    }
    return reply.map(this::complete);
  }

  private Response complete(Response response) {
    if (hasAll(response.headers())) {
      return response;
    }
    var complete = response.headers().toBuilder();
    headers.forEach((name, _) -> complete.remove(name));
    headers.forEach(complete::add);
    return new Response(response.status(), complete.build(), response.body());
  }

  /// A file has them already, and is ready to send as it is.
  private boolean hasAll(Headers fields) {
    for (int i = 0; i < headers.size(); i++) {
      if (!fields.all(headers.name(i)).equals(headers.all(headers.name(i)))) {
        return false;
      }
    }
    return true;
  }
}
