package io.tendril.testing.conformance.broken;

import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.policy.ForwardingProtocol;
import io.tendril.spi.Engine;
import io.tendril.spi.Network;
import io.tendril.spi.TimeSource;

/** What is wrong: any part of a reactor may be replaced by one that misbehaves. */
interface Fault {
  /** The engine, below the clock of the case. */
  default Engine engine(Engine sound) {
    return sound;
  }

  /** The clock that the reactor reads. */
  default TimeSource clock(TimeSource sound) {
    return sound;
  }

  /** The reactor. */
  default Reactor reactor(Reactor sound) {
    return sound;
  }

  /** A fault above the engine: in what factories, transports and protocols see of each other. */
  interface Above extends Fault {
    /** The factory that is asked for protocols. */
    default <P extends Protocol> ProtocolFactory<P> factory(ProtocolFactory<P> sound) {
      return sound;
    }

    /** The transport that a protocol is given. */
    default Transport transport(Transport sound) {
      return sound;
    }

    /** The protocol that is called. */
    default <P extends Protocol> ForwardingProtocol<P> protocol(P sound, Transport transport) {
      return new Calls<>(sound, transport);
    }

    @Override
    default Reactor reactor(Reactor sound) {
      return new ForwardingReactor(sound) {
        private final Network network = new WrappedNetwork(sound.network(), this, Above.this);

        @Override
        public Network network() {
          return network;
        }
      };
    }
  }

  /** The calls of a protocol that was given a transport of ours. */
  class Calls<P extends Protocol> extends ForwardingProtocol<P> {
    private final Transport transport;

    Calls(P sound, Transport transport) {
      super(sound);
      this.transport = transport;
    }

    /** The transport that the protocol was given. */
    final Transport transport() {
      return transport;
    }

    @Override
    public void drain(Transport below) {
      super.drain(transport);
    }
  }
}
