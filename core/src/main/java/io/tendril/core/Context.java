package io.tendril.core;

import io.tendril.core.internal.Home;
import java.util.Arrays;
import java.util.concurrent.Callable;

/**
 * What travels with a flow of calls: a trace, the fields of a log line, a {@link Deadline}. One
 * immutable reference, empty and free by default; captured by each attach, delayed call, {@code
 * execute} and coroutine, and restored around what they run.
 *
 * <pre>{@code
 * static final Context.Key<String> USER = Context.key("user", "nobody");
 *
 * Context.current().with(USER, "ada").run(() -> handle(request));
 * }</pre>
 */
public final class Context {
  private static final Context EMPTY = new Context(new Key<?>[0], new Object[0]);

  private final Key<?>[] keys;
  private final Object[] values;

  private Context(Key<?>[] keys, Object[] values) {
    this.keys = keys;
    this.values = values;
  }

  /**
   * A name for one kind of value, compared by identity.
   *
   * @param <V> the kind
   */
  public static final class Key<V> {
    private final String name;
    private final V otherwise;

    private Key(String name, V otherwise) {
      this.name = name;
      this.otherwise = otherwise;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** A new key, with the value it has where nobody set one. */
  public static <V> Key<V> key(String name, V otherwise) {
    return new Key<>(name, otherwise);
  }

  /** The context that holds nothing. */
  public static Context empty() {
    return EMPTY;
  }

  /** The context in force in this thread. */
  public static Context current() {
    Home home = Home.currentOrNull();
    return home == null ? EMPTY : home.context();
  }

  /** The value of a key here, or the key's own. */
  @SuppressWarnings("unchecked") // with() pairs a key with a value of its type
  public <V> V value(Key<V> key) {
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] == key) {
        return (V) values[i];
      }
    }
    return key.otherwise;
  }

  /** A context that differs from this in one value. */
  public <V> Context with(Key<V> key, V value) {
    int at = Arrays.asList(keys).indexOf(key);
    int size = at < 0 ? keys.length + 1 : keys.length;
    Key<?>[] newKeys = Arrays.copyOf(keys, size);
    Object[] newValues = Arrays.copyOf(values, size);
    newKeys[at < 0 ? size - 1 : at] = key;
    newValues[at < 0 ? size - 1 : at] = value;
    return new Context(newKeys, newValues);
  }

  /** Runs an action in this context. */
  public void run(Runnable action) {
    Home home = Home.current();
    Context outer = home.swapContext(this);
    try {
      action.run();
    } finally {
      home.swapContext(outer);
    }
  }

  /** Calls a function in this context. */
  public <T> T call(Callable<T> function) throws Exception {
    Home home = Home.current();
    Context outer = home.swapContext(this);
    try {
      return function.call();
    } finally {
      home.swapContext(outer);
    }
  }
}
