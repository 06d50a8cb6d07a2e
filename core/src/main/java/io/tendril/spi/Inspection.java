package io.tendril.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reactor holds: for tests that look for what was left behind, and for those who look into a
 * running program. Reactors implement this. Used in the reactor's thread.
 */
public interface Inspection {
  /** All that is open or pending now, kind by kind. */
  List<Holding> holdings();

  /** Reports every failure that nobody has handled so far, without waiting for collection. */
  void reportUnhandledFailures();

  /** What kind of thing is held. */
  enum Kind {
    CONNECTION("connection"),
    LISTENER("listener"),
    DATAGRAM_SOCKET("datagram socket"),
    WATCH("watch of"),
    CHILD_PROCESS("child process"),
    DELAYED_CALL("delayed call"),
    COROUTINE("coroutine"),
    /** Listed when nothing is open that could have it: it was not given back. */
    BUFFER("buffer"),
    /** Listed when nothing is open that could have it: it was not closed. */
    TLS_ENGINE("TLS engine");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * One thing that is held.
   *
   * @param what which one, for messages
   * @param ending whether it will go by itself: a connection that is closing
   * @param origin where it was made; known in debug mode only
   */
  record Holding(Kind kind, String what, boolean ending, @Nullable String origin) {
    @Override
    public String toString() {
      return kind + " " + what + (origin == null ? "" : ", made " + origin);
    }
  }
}
