package io.tendril.core.internal.systemd;

import org.jspecify.annotations.Nullable;

/** The environment of this process, as a manager of services has set it. */
public interface Environment {
  /** That of this process. */
  Environment PROCESS =
      new Environment() {
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

  /** The number of this process. */
  long process();
}
