package io.tendril.testing.conformance;

import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.Transport;
import io.tendril.spi.Engine;
import io.tendril.spi.EngineFactory;
import io.tendril.spi.Engines;
import java.net.InetAddress;
import java.time.Duration;

/**
 * What is put to the test: an engine, and the network that it shares with peers whose engine is
 * trusted. Each case asks for one of its own.
 */
public interface Candidate {
  /** A name for messages: "nio". */
  String name();

  /** Makes the engine under test; asked once for each reactor of a case. */
  EngineFactory engine();

  /**
   * Makes the engine of the peers. They are not driven by a reactor: a case reads and writes their
   * sockets itself, so that they can misbehave.
   */
  EngineFactory peers();

  /** Where both can be reached. */
  default InetAddress address() {
    return InetAddress.ofLiteral("127.0.0.1");
  }

  /**
   * Whether a new connection is as the cases want it, seen from both ends. An engine whose
   * connections begin with a handshake says so when that is over.
   */
  default boolean isUp(Transport transport, Engine.StreamSocket peer) {
    return true;
  }

  /**
   * Whether one end can show the other a reset. Those of UNIX sockets cannot: unless bytes of the
   * other end are left unread, it sees an end in order.
   */
  default boolean resets() {
    return true;
  }

  /** Makes a reactor. */
  default Reactor create(ReactorOptions options) {
    return Reactor.create(options);
  }

  /** How long a case waits for what should happen at once, before it fails. */
  default Duration patience() {
    return Duration.ofSeconds(10);
  }

  /** An engine on the sockets of this machine. Its peers use {@code java.nio}. */
  static Candidate ofSockets(String name, EngineFactory engine) {
    return of(name, engine, Engines.nio());
  }

  /** An engine, and the engine of peers on the same network. */
  static Candidate of(String name, EngineFactory engine, EngineFactory peers) {
    return new Candidate() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public EngineFactory engine() {
        return engine;
      }

      @Override
      public EngineFactory peers() {
        return peers;
      }
    };
  }
}
