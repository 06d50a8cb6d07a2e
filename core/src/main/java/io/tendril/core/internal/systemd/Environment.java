package io.tendril.core.internal.systemd;

import io.tendril.spi.Family;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The environment of this process, as a manager of services has set it. */
public interface Environment {
  /** That of this process. */
  Environment PROCESS =
      new Environment() {
        private final AtomicReference<@Nullable String> predecessor =
            new AtomicReference<>(System.getenv(Family.PREDECESSOR));

        private final AtomicBoolean replaced = new AtomicBoolean();

        @Override
        public boolean replaced() {
          return replaced.get();
        }

        @Override
        public void replace() {
          replaced.set(true);
        }

        @Override
        public @Nullable String takePredecessor() {
          return predecessor.getAndSet(null);
        }

        @Override
        public @Nullable String variable(String name) {
          return System.getenv(name);
        }

        @Override
        public long process() {
          return ProcessHandle.current().pid();
        }
      };

  /** A variable, or null if it is not set. */
  @Nullable String variable(String name);

  /**
   * The socket where the version of this program before hears once that this one serves; null if
   * there is none, or if it has been taken.
   */
  default @Nullable String takePredecessor() {
    return null;
  }

  /** Whether another process has taken this one's place, and the manager hears that one alone. */
  default boolean replaced() {
    return false;
  }

  /** Another process takes this one's place. */
  void replace();

  /** The number of this process. */
  long process();
}
