package io.tendril.testing.conformance.broken;

import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.policy.ForwardingProtocol;
import io.tendril.spi.Engine;
import io.tendril.spi.TimeSource;
import io.tendril.testing.conformance.ForwardingEngine;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One engine, broken in one way, with all that stands above it.
 *
 * @param name what is wrong with it: "loses the last byte of a write"
 * @param lines the lines of the contract that it breaks: "T1"
 * @param fault how it is broken
 */
record Broken(String name, List<String> lines, Fault fault) {
  /** What breaks nothing: all wrappers, without a fault behind any of them. */
  static final Fault NOTHING = new Fault.Above() {};

  @Override
  public String toString() {
    return String.join(", ", lines) + ": " + name;
  }

  /** Wraps the protocols of a connection. */
  interface Wrap {
    <P extends Protocol> ForwardingProtocol<P> around(P sound, Transport transport);
  }

  /** Wraps factories. */
  interface WrapFactory {
    <P extends Protocol> ProtocolFactory<P> around(ProtocolFactory<P> sound);
  }

  /** Something that is broken in whichever way. */
  static Broken of(String lines, String name, Fault fault) {
    return new Broken(name, List.of(lines.split(" ")), fault);
  }

  /** An engine that misbehaves itself. */
  static Broken engine(String lines, String name, UnaryOperator<Engine> broken) {
    return of(
        lines,
        name,
        new Fault() {
          @Override
          public Engine engine(Engine sound) {
            return broken.apply(sound);
          }
        });
  }

  /** An engine whose stream sockets misbehave. */
  static Broken stream(String lines, String name, UnaryOperator<Engine.StreamSocket> broken) {
    return engine(
        lines,
        name,
        sound ->
            new ForwardingEngine(sound) {
              @Override
              protected StreamSocket stream(StreamSocket socket) {
                return broken.apply(socket);
              }
            });
  }

  /** An engine whose datagram sockets misbehave. */
  static Broken datagram(String lines, String name, UnaryOperator<Engine.DatagramSocket> broken) {
    return engine(
        lines,
        name,
        sound ->
            new ForwardingEngine(sound) {
              @Override
              protected DatagramSocket datagram(DatagramSocket socket) {
                return broken.apply(socket);
              }
            });
  }

  /** An engine whose clock is wrong. */
  static Broken clock(String lines, String name, UnaryOperator<TimeSource> broken) {
    return of(
        lines,
        name,
        new Fault() {
          @Override
          public TimeSource clock(TimeSource sound) {
            return broken.apply(sound);
          }
        });
  }

  /** A sound engine under transports that misbehave. */
  static Broken transport(String lines, String name, UnaryOperator<Transport> broken) {
    return of(
        lines,
        name,
        new Fault.Above() {
          @Override
          public Transport transport(Transport sound) {
            return broken.apply(sound);
          }
        });
  }

  /** A sound engine whose protocols are called as they should not be. */
  static Broken protocol(String lines, String name, Wrap broken) {
    return of(
        lines,
        name,
        new Fault.Above() {
          @Override
          public <P extends Protocol> ForwardingProtocol<P> protocol(P sound, Transport transport) {
            return broken.around(sound, transport);
          }
        });
  }

  /** A sound engine whose factories are called as they should not be. */
  static Broken factory(String lines, String name, WrapFactory broken) {
    return of(
        lines,
        name,
        new Fault.Above() {
          @Override
          public <P extends Protocol> ProtocolFactory<P> factory(ProtocolFactory<P> sound) {
            return broken.around(sound);
          }
        });
  }

  /** A sound engine under a reactor that misbehaves. */
  static Broken reactor(String lines, String name, UnaryOperator<Reactor> broken) {
    return of(
        lines,
        name,
        new Fault() {
          @Override
          public Reactor reactor(Reactor sound) {
            return broken.apply(sound);
          }
        });
  }
}
