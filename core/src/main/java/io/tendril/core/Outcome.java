package io.tendril.core;

import org.jspecify.annotations.Nullable;

/**
 * How a Deferred ended, as a value.
 *
 * @param <T> what it results in
 */
public sealed interface Outcome<T> {
  /** It succeeded. */
  record Success<T>(@Nullable T value) implements Outcome<T> {}

  /** It failed. */
  record Failure<T>(Throwable cause) implements Outcome<T> {}
}
