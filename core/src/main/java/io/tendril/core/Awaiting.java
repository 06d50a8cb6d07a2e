package io.tendril.core;

/** What suspends a coroutine until a Deferred has its result. */
final class Awaiting {
  private Awaiting() {}

  @SuppressWarnings({"DoNotCallSuggester", "TypeParameterUnusedInFormals"})
  static <T> T await(Deferred<T> deferred) {
    throw new IllegalStateException(
        "await outside of a coroutine: run this inside of reactor.async(...), or attach with"
            + " thenApply and its kin (" + deferred.describe() + ")");
  }
}
