package io.tendril.testing.conformance.broken;

import static io.tendril.testing.conformance.broken.Broken.factory;
import static io.tendril.testing.conformance.broken.Broken.protocol;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Refusal;
import io.tendril.core.Transport;
import io.tendril.core.policy.ForwardingFactory;
import io.tendril.core.policy.ForwardingProtocol;
import io.tendril.core.policy.ForwardingTransport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Sound engines that call factories and protocols as they should not. */
final class BrokenCalls {
  private BrokenCalls() {}

  static List<Broken> all() {
    return List.of(
        // ---- Factories
        factory(
            "F1",
            "builds two protocols for each connection",
            new Broken.WrapFactory() {
              @Override
              public <P extends Protocol> ProtocolFactory<P> around(ProtocolFactory<P> sound) {
                return new Same<>(sound) {
                  @Override
                  public P build(Transport transport) throws Exception {
                    super.build(transport);
                    return super.build(transport);
                  }
                };
              }
            }),
        factory(
            "F1",
            "drops what a factory writes",
            new Broken.WrapFactory() {
              @Override
              public <P extends Protocol> ProtocolFactory<P> around(ProtocolFactory<P> sound) {
                return new Same<>(sound) {
                  @Override
                  public P build(Transport transport) throws Exception {
                    var building = new boolean[] {true};
                    P built =
                        super.build(
                            new ForwardingTransport(transport) {
                              @Override
                              public void write(String text) {
                                if (!building[0]) {
                                  super.write(text);
                                }
                              }
                            });
                    building[0] = false;
                    return built;
                  }
                };
              }
            }),
        factory(
            "F2",
            "takes a refusal for a failure",
            new Broken.WrapFactory() {
              @Override
              public <P extends Protocol> ProtocolFactory<P> around(ProtocolFactory<P> sound) {
                return new Same<>(sound) {
                  @Override
                  public P build(Transport transport) throws Exception {
                    try {
                      return super.build(transport);
                    } catch (Refusal e) {
                      throw new IllegalStateException(e);
                    }
                  }
                };
              }
            }),
        factory(
            "F3 F5",
            "does not tell a factory that it is used no more",
            new Broken.WrapFactory() {
              @Override
              public <P extends Protocol> ProtocolFactory<P> around(ProtocolFactory<P> sound) {
                return new Same<>(sound) {
                  @Override
                  public void stopped() {}
                };
              }
            }),
        factory(
            "F4",
            "takes a failure of a factory for a refusal",
            new Broken.WrapFactory() {
              @Override
              public <P extends Protocol> ProtocolFactory<P> around(ProtocolFactory<P> sound) {
                return new Same<>(sound) {
                  @Override
                  public P build(Transport transport) throws Exception {
                    try {
                      return super.build(transport);
                    } catch (IllegalStateException e) {
                      throw new Refusal("it failed");
                    }
                  }
                };
              }
            }),

        // ---- Data
        protocol(
            "F1 T10",
            "begins a protocol with its first bytes",
            new Broken.Wrap() {
              @Override
              public <P extends Protocol> ForwardingProtocol<P> around(
                  P sound, Transport transport) {
                return new Fault.Calls<>(sound, transport) {
                  private boolean begun;

                  @Override
                  public void connectionMade() {}

                  @Override
                  public void dataReceived(ByteBuffer data) throws Exception {
                    if (!begun) {
                      begun = true;
                      super.connectionMade();
                    }
                    super.dataReceived(data);
                  }
                };
              }
            }),
        protocol(
            "T12",
            "lets a protocol leave any number of bytes unread",
            new Broken.Wrap() {
              @Override
              public <P extends Protocol> ForwardingProtocol<P> around(
                  P sound, Transport transport) {
                return new Fault.Calls<>(sound, transport) {
                  @Override
                  public int unreadLimit() {
                    return Integer.MAX_VALUE;
                  }
                };
              }
            }),
        protocol(
            "T12 F6",
            "loses what a protocol leaves unread",
            new Broken.Wrap() {
              @Override
              public <P extends Protocol> ForwardingProtocol<P> around(
                  P sound, Transport transport) {
                return new Fault.Calls<>(sound, transport) {
                  @Override
                  public void dataReceived(ByteBuffer data) throws Exception {
                    super.dataReceived(data);
                    data.position(data.limit());
                  }
                };
              }
            }),
        protocol(
            "T12",
            "gives protocols a buffer that they cannot change",
            new Broken.Wrap() {
              @Override
              public <P extends Protocol> ForwardingProtocol<P> around(
                  P sound, Transport transport) {
                return new Fault.Calls<>(sound, transport) {
                  @Override
                  public void dataReceived(ByteBuffer data) throws Exception {
                    ByteBuffer shown = data.asReadOnlyBuffer();
                    super.dataReceived(shown);
                    data.position(shown.position());
                  }
                };
              }
            }),

        // ---- The end
        protocol(
            "T5",
            "calls connectionLost twice",
            new Broken.Wrap() {
              @Override
              public <P extends Protocol> ForwardingProtocol<P> around(
                  P sound, Transport transport) {
                return new Fault.Calls<>(sound, transport) {
                  @Override
                  public void connectionLost(ConnectionClosed reason) throws Exception {
                    super.connectionLost(reason);
                    super.connectionLost(reason);
                  }
                };
              }
            }),
        protocol(
            "T4 T5 T7 P4",
            "calls every end an orderly one",
            new Broken.Wrap() {
              @Override
              public <P extends Protocol> ForwardingProtocol<P> around(
                  P sound, Transport transport) {
                return new Fault.Calls<>(sound, transport) {
                  @Override
                  public void connectionLost(ConnectionClosed reason) throws Exception {
                    super.connectionLost(new ConnectionClosed.Done(reason.peer()));
                  }
                };
              }
            }),
        Broken.of("T2 T4", "calls connectionLost from inside of the close", new Hasty()),
        Broken.of("F6", "tells each protocol that a connection has had of its end", new Loyal()),
        protocol(
            "T6",
            "closes at the end of input although the protocol would go on",
            new Broken.Wrap() {
              @Override
              public <P extends Protocol> ForwardingProtocol<P> around(
                  P sound, Transport transport) {
                return new Fault.Calls<>(sound, transport) {
                  @Override
                  public boolean endReceived() throws Exception {
                    super.endReceived();
                    return false;
                  }
                };
              }
            }),
        protocol(
            "T6",
            "stays open at the end of input although the protocol would not",
            new Broken.Wrap() {
              @Override
              public <P extends Protocol> ForwardingProtocol<P> around(
                  P sound, Transport transport) {
                return new Fault.Calls<>(sound, transport) {
                  @Override
                  public boolean endReceived() throws Exception {
                    super.endReceived();
                    return true;
                  }
                };
              }
            }),
        protocol(
            "T7",
            "swallows what a protocol throws",
            new Broken.Wrap() {
              @Override
              public <P extends Protocol> ForwardingProtocol<P> around(
                  P sound, Transport transport) {
                return new Fault.Calls<>(sound, transport) {
                  @Override
                  public void dataReceived(ByteBuffer data) {
                    try {
                      super.dataReceived(data);
                    } catch (Throwable e) {
                      data.position(data.limit());
                    }
                  }
                };
              }
            }),
        protocol(
            "R6",
            "closes at the reactor's end without asking the protocol",
            new Broken.Wrap() {
              @Override
              public <P extends Protocol> ForwardingProtocol<P> around(
                  P sound, Transport transport) {
                return new Fault.Calls<>(sound, transport) {
                  @Override
                  public void drain(Transport below) {
                    below.loseConnection();
                  }
                };
              }
            }));
  }

  /** A factory that builds what the one inside builds. */
  private abstract static class Same<P extends Protocol> extends ForwardingFactory<P, P> {
    Same(ProtocolFactory<P> sound) {
      super(sound);
    }

    @Override
    public P build(Transport transport) throws Exception {
      return inner().build(transport);
    }
  }

  /** Does not wait with connectionLost until whoever closes has returned. */
  private static final class Hasty implements Fault.Above {
    private static final class Closing extends ForwardingTransport {
      private final List<Protocol> told = new ArrayList<>();

      Closing(Transport sound) {
        super(sound);
      }

      @Override
      public void loseConnection() {
        super.loseConnection();
        tell(new ConnectionClosed.Done(peer()));
      }

      @Override
      public void abortConnection() {
        super.abortConnection();
        tell(new ConnectionClosed.Aborted(peer()));
      }

      private void tell(ConnectionClosed reason) {
        for (Protocol each : told) {
          try {
            each.connectionLost(reason);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        }
        told.clear();
      }
    }

    @Override
    public Transport transport(Transport sound) {
      return new Closing(sound);
    }

    @Override
    public <P extends Protocol> ForwardingProtocol<P> protocol(P sound, Transport transport) {
      List<Protocol> told = ((Closing) transport).told;
      told.add(sound);
      return new Fault.Calls<>(sound, transport) {
        @Override
        public void connectionLost(ConnectionClosed reason) throws Exception {
          if (told.remove(sound)) {
            super.connectionLost(reason);
          }
        }
      };
    }
  }

  /** Does not forget the protocols that have handed their connection over. */
  private static final class Loyal implements Fault.Above {
    private static final class Remembering extends ForwardingTransport {
      private final List<Protocol> all = new ArrayList<>();

      Remembering(Transport sound) {
        super(sound);
      }
    }

    @Override
    public Transport transport(Transport sound) {
      return new Remembering(sound);
    }

    @Override
    public <P extends Protocol> ForwardingProtocol<P> protocol(P sound, Transport transport) {
      List<Protocol> all = ((Remembering) transport).all;
      all.add(sound);
      return new Fault.Calls<>(sound, transport) {
        @Override
        public void connectionLost(ConnectionClosed reason) throws Exception {
          for (Protocol each : all) {
            each.connectionLost(reason);
          }
        }
      };
    }
  }
}
