package io.tendril.core.internal.net;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the wait of an engine has found. It is collected first and told then, one by one, so that
 * who is told may wait again: a nested loop, which has a list of its own.
 *
 * @param <S> the engine's sockets
 */
public abstract class Findings<S> {
  private static final int FIRST = 256;
  private static final int NESTED = 64;

  private @Nullable Object[] found = new Object[FIRST];
  private int count;
  private boolean telling;

  /** Waits for so many nanoseconds, and {@link #add}s what is ready. */
  protected abstract void collect(long nanos) throws IOException;

  /** Tells one that it is ready. */
  protected abstract void tell(S ready);

  /** One that is ready. */
  protected final void add(S ready) {
    if (count == found.length) {
      found = Arrays.copyOf(found, count * 2);
    }
    found[count++] = ready;
  }

  /** Waits, and tells. */
  @SuppressWarnings("unchecked") // nothing else is in the list
  public final void await(long nanos) throws IOException {
    @Nullable Object[] outer = found;
    int outerCount = count;
    boolean nested = telling;
    if (nested) {
      found = new Object[NESTED];
    }
    count = 0;
    try {
      collect(nanos);
      telling = true;
      for (int i = 0; i < count; i++) {
        S ready = (S) found[i];
        found[i] = null;
        if (ready != null) {
          tell(ready);
        }
      }
    } finally {
      telling = nested;
      if (nested) {
        found = outer;
        count = outerCount;
      }
    }
  }
}
