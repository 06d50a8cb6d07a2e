package io.tendril.http.server;

import io.tendril.http.Headers;
import io.tendril.http.Request;
import io.tendril.http.Response;
import java.util.List;

/** What was found at a path. */
sealed interface Resource {
  /** The answer to a request for it, in the reactor's thread. */
  Response answer(Request request);

  /** Nothing, or nothing that may be seen. */
  record Nothing() implements Resource {
    @Override
    public Response answer(Request request) {
      return Response.failure(404);
    }
  }

  /** A directory, whose page needs the slash at the end of its path for its relative links. */
  record Slashless() implements Resource {
    @Override
    public Response answer(Request request) {
      String query = request.query();
      return Response.failure(301)
          .with(
              "Location",
              request.prefix() + request.path() + "/" + (query == null ? "" : "?" + query));
    }
  }

  /** A listing. */
  record Page(Response response) implements Resource {
    @Override
    public Response answer(Request request) {
      return response;
    }
  }

  /**
   * A file.
   *
   * @param representations the file as it is, and those compressed
   * @param settled whether it has been left alone for so long that another change of it would show
   */
  record Served(List<Representation> representations, boolean settled) implements Resource {
    @Override
    public Response answer(Request request) {
      return representations.size() == 1
          ? representations.getFirst().answer(request)
          : best(request.headers()).answer(request);
    }

    /** What the client wants most and, among equals, the smallest. */
    private Representation best(Headers headers) {
      Representation best = representations.getFirst();
      int bestWeight = best.coding().weight(headers);
      for (Representation other : representations.subList(1, representations.size())) {
        int weight = other.coding().weight(headers);
        if (weight > bestWeight
            || (weight == bestWeight && weight > 0 && other.size() < best.size())) {
          best = other;
          bestWeight = weight;
        }
      }
      return best;
    }

    /** How much of the memory this takes. */
    long weight() {
      return representations.stream().mapToLong(Representation::weight).sum();
    }

    /** How many files this keeps open. */
    int openFiles() {
      return (int) representations.stream().filter(Representation::isOpen).count();
    }

    /** One more holds its files, until {@link #release}. */
    void hold() {
      representations.forEach(Representation::hold);
    }

    /** Gives up what the next state of the same path does not use. */
    void release(List<Representation> kept) {
      for (Representation each : representations) {
        if (!kept.contains(each)) {
          each.release();
        }
      }
    }
  }
}
