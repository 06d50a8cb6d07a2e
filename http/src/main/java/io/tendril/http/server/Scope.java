package io.tendril.http.server;

import io.tendril.http.Body;
import io.tendril.http.Reply;
import io.tendril.http.Request;
import io.tendril.http.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What holds for a group of routes: the filters around them, what becomes of failures, and how much
 * content they take. What a group does not say, the one around it does.
 *
 * <p>Failures are turned into responses right around the handler, so that filters see responses;
 * and around the filters of each group, as they may fail too.
 */
final class Scope {
  private final @Nullable Scope outer;
  private final List<Filter> filters = new ArrayList<>();
  private final Map<Class<?>, FailureHandler<Throwable>> failures = new HashMap<>();
  private @Nullable ErrorPage page;
  private int contentLimit = -1;

  Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  void add(Filter filter) {
    filters.add(filter);
  }

  <E extends Throwable> void add(Class<E> type, FailureHandler<? super E> handler) {
    FailureHandler<Throwable> checked =
        (request, failure) -> handler.handle(request, type.cast(failure));
    if (failures.putIfAbsent(type, checked) != null) {
      throw new IllegalArgumentException("two answers to " + type.getName());
    }
  }

  void errorPage(ErrorPage newPage) {
    page = newPage;
  }

  void contentLimit(int octets) {
    contentLimit = octets;
  }

  boolean hasErrorPage() {
    return page() != null;
  }

  private @Nullable ErrorPage page() {
    return page == null && outer != null ? outer.page() : page;
  }

  private int contentLimit() {
    return contentLimit < 0 && outer != null ? outer.contentLimit() : contentLimit;
  }

  // ---- Around a handler -----------------------------------------------------------------------

  /** A handler with all of this around it. Asked for when everything has been added. */
  HttpHandler wrap(HttpHandler handler) {
    int limit = contentLimit();
    HttpHandler wrapped = guarded(limit < 0 ? handler : new ContentLimit(limit).around(handler));
    for (Scope scope = this; scope != null; scope = scope.outer) {
      for (Filter filter : scope.filters.reversed()) {
        wrapped = filter.around(wrapped);
      }
      if (!scope.filters.isEmpty()) {
        wrapped = scope.guarded(wrapped);
      }
    }
    return wrapped;
  }

  private HttpHandler guarded(HttpHandler handler) {
    return request -> {
      Reply reply;
      try {
        reply = handler.handle(request);
      } catch (Exception failure) {
        return answer(request, failure);
      }
      return switch (reply) {
        case Response response -> guarded(request, response);
        case Reply.Later(var later) ->
            Reply.when(
                later
                    .thenApply(found ->
                        found instanceof Response response ? guarded(request, response) : found)
                    .exceptionally(failure -> answer(request, failure)));
        case Reply.Takeover takeover -> takeover;
      };
    };
  }

  /** A response whose content may fail before anything is sent: that is answered here, too. */
  private Response guarded(Request request, Response response) {
    return switch (response.body()) {
      case Body.Written _, Body.Stream _ ->
          response.onFailure(failure -> {
            try {
              return response.answerTo(failure);
            } catch (Exception unanswered) {
              return answer(request, unanswered);
            }
          });
      default -> response;
    };
  }

  /** The answer to a failure, which is thrown on if there is none. */
  private Response answer(Request request, Throwable failure) throws Exception {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      FailureHandler<Throwable> handler = scope.handlerOf(failure.getClass());
      if (handler != null) {
        return handler.handle(request, failure);
      }
    }
    Response bare = AnsweredFailure.expected(failure);
    if (bare != null) {
      return paged(request, bare);
    }
    throw thrown(failure);
  }

  private @Nullable FailureHandler<Throwable> handlerOf(Class<?> type) {
    for (Class<?> t = type; t != null; t = t.getSuperclass()) {
      FailureHandler<Throwable> handler = failures.get(t);
      if (handler != null) {
        return handler;
      }
    }
    return null;
  }

  private Response paged(Request request, Response bare) throws Exception {
    ErrorPage errorPage = page();
    return errorPage == null ? bare : errorPage.page(request, bare);
  }

  /** A failure that nobody has answered, as the server is to have it: with the page to send. */
  Exception unexpected(Request request, Throwable failure) throws Exception {
    return !hasErrorPage() || failure instanceof AnsweredFailure
        ? thrown(failure)
        : new AnsweredFailure(paged(request, Response.failure(500)), failure);
  }

  private static Exception thrown(Throwable failure) {
    return switch (failure) {
      case Error error -> throw error;
      case Exception exception -> exception;
      default -> new IllegalStateException(failure);
    };
  }
}
