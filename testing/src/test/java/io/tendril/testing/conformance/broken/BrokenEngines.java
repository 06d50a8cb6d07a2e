package io.tendril.testing.conformance.broken;

import static io.tendril.testing.conformance.broken.Broken.datagram;
import static io.tendril.testing.conformance.broken.Broken.engine;

import io.tendril.core.multicast.Group;
import io.tendril.spi.Blocking;
import io.tendril.spi.DatagramGroups;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import io.tendril.testing.conformance.ForwardingEngine;
import io.tendril.testing.conformance.ForwardingEngine.ForwardingDatagram;
import io.tendril.testing.conformance.ForwardingEngine.ForwardingStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Engines whose waits, wake-ups, pools, listening and datagram sockets are at fault. */
final class BrokenEngines {
  /** How long a case lets its reactors wait. */
  private static final long SLICE = 1_000_000;

  private static final SocketSettings WITHOUT = SocketSettings.defaults();

  private BrokenEngines() {}

  static List<Broken> all() {
    return List.of(
        // ---- Waiting
        engine(
            "R1",
            "looks at the network only when it may wait for it",
            sound ->
                new ForwardingEngine(sound) {
                  @Override
                  public void await(long nanos) throws IOException {
                    if (nanos != 0) {
                      super.await(nanos);
                    }
                  }
                }),
        engine(
            "T8",
            "does not come back while anything is ready",
            sound ->
                new ForwardingEngine(sound) {
                  @Override
                  public void await(long nanos) throws IOException {
                    super.await(nanos);
                    for (int i = 0; i < 1_000; i++) {
                      super.await(0);
                    }
                  }
                }),
        engine(
            "T8",
            "tells of one socket only in each wait, and of the same as long as it is ready",
            OneAtATime::new),
        engine(
            "R2",
            "never sleeps",
            sound ->
                new ForwardingEngine(sound) {
                  @Override
                  public void await(long nanos) throws IOException {
                    super.await(0);
                  }
                }),
        engine(
            "R3",
            "sleeps until it is woken, whatever the time",
            sound ->
                new ForwardingEngine(sound) {
                  @Override
                  public void await(long nanos) throws IOException {
                    super.await(nanos > SLICE ? -1 : nanos);
                  }
                }),
        engine(
            "R2 D12",
            "loses every wake-up",
            sound ->
                new ForwardingEngine(sound) {
                  @Override
                  public void wakeup() {}
                }),

        // ---- Handing over
        engine(
            "F1",
            "loses a connection that it hands over",
            sound ->
                new ForwardingEngine(sound) {
                  @Override
                  public @Nullable StreamSocket takeOver(
                      Handover connection, SocketSettings options) {
                    connection.close();
                    return null;
                  }
                }),
        engine(
            "F1",
            "loses who waits at a listening socket that it hands over",
            sound ->
                new ForwardingEngine(sound) {
                  @Override
                  public ListenSocket takeOver(Handover socket, Ready ready) throws IOException {
                    ListenSocket taken = super.takeOver(socket, ready);
                    for (StreamSocket next; (next = taken.accept(WITHOUT)) != null; ) {
                      next.abort();
                    }
                    return taken;
                  }
                }),
        engine(
            "F1",
            "hands sockets over and says that it does not",
            sound ->
                new ForwardingEngine(sound) {
                  @Override
                  public boolean handsOver() {
                    return false;
                  }
                }),

        // ---- Blocking calls
        engine(
            "R8",
            "takes any number of blocking calls, and interrupts none",
            sound ->
                new ForwardingEngine(sound) {
                  @Override
                  public Blocking blocking(String name, int threads, int queue) {
                    return new Heedless();
                  }
                }),
        engine(
            "R6",
            "calls its pool ended while calls still run",
            sound ->
                new ForwardingEngine(sound) {
                  @Override
                  public Blocking blocking(String name, int threads, int queue) {
                    return new Heedless() {
                      @Override
                      public void interrupt() {}

                      @Override
                      public boolean ended() {
                        return true;
                      }
                    };
                  }
                }),

        // ---- Listening
        engine(
            "F3",
            "keeps the port of a listener that is closed",
            sound ->
                new ForwardingEngine(sound) {
                  @Override
                  protected ListenSocket listener(ListenSocket socket) {
                    return new ForwardingListener(socket) {
                      @Override
                      public void close() {
                        interest(false, false);
                      }
                    };
                  }
                }),
        engine(
            "T8",
            "goes on telling of connections while accepting is paused",
            sound ->
                new ForwardingEngine(sound) {
                  @Override
                  protected ListenSocket listener(ListenSocket socket) {
                    return new ForwardingListener(socket) {
                      @Override
                      public void interest(boolean readable, boolean writable) {
                        super.interest(true, writable);
                      }
                    };
                  }
                }),
        engine(
            "T8 T9",
            "accepts nothing more once accepting was paused",
            sound ->
                new ForwardingEngine(sound) {
                  @Override
                  protected ListenSocket listener(ListenSocket socket) {
                    return new ForwardingListener(socket) {
                      private boolean over;

                      @Override
                      public void interest(boolean readable, boolean writable) {
                        over |= !readable;
                        super.interest(readable && !over, writable);
                      }
                    };
                  }
                }),

        // ---- Datagrams
        datagram(
            "U1",
            "cuts datagrams off, and says nothing",
            socket ->
                new ForwardingDatagram(socket) {
                  @Override
                  public @Nullable InetSocketAddress receive(ByteBuffer into) throws IOException {
                    int start = into.position();
                    InetSocketAddress from = super.receive(into);
                    into.position(Math.min(into.position(), start + 1_472));
                    return from;
                  }
                }),
        datagram(
            "U1",
            "loses each datagram that it says is sent",
            socket ->
                new ForwardingDatagram(socket) {
                  @Override
                  public boolean send(ByteBuffer data, @Nullable InetSocketAddress to) {
                    return true;
                  }
                }),
        datagram(
            "U1",
            "names the wrong sender",
            socket ->
                new ForwardingDatagram(socket) {
                  @Override
                  public @Nullable InetSocketAddress receive(ByteBuffer into) throws IOException {
                    InetSocketAddress from = super.receive(into);
                    return from == null
                        ? null
                        : new InetSocketAddress(InetAddress.ofLiteral("127.0.0.9"), from.getPort());
                  }
                }),
        datagram(
            "U1",
            "says nothing when nobody is there",
            socket ->
                new ForwardingDatagram(socket) {
                  @Override
                  public @Nullable InetSocketAddress receive(ByteBuffer into) throws IOException {
                    try {
                      return super.receive(into);
                    } catch (PortUnreachableException e) {
                      return null;
                    }
                  }
                }),
        datagram(
            "U1",
            "goes on telling of datagrams while reading is paused",
            socket ->
                new ForwardingDatagram(socket) {
                  @Override
                  public void interest(boolean readable, boolean writable) {
                    super.interest(true, writable);
                  }
                }),
        groups(
            "stays in the groups that it says it has left",
            sound ->
                new ForwardingGroups(sound) {
                  @Override
                  public void leave(Group group) {}
                }),
        groups(
            "hears all who send to a group, whoever was asked for",
            sound ->
                new ForwardingGroups(sound) {
                  @Override
                  public void join(Group group) throws IOException {
                    super.join(new Group(group.address(), group.on(), null));
                  }
                }),
        engine(
            "U1",
            "hears everybody on a socket that is connected",
            sound ->
                new ForwardingEngine(sound) {
                  @Override
                  public DatagramSocket datagram(
                      @Nullable InetSocketAddress local,
                      @Nullable InetSocketAddress peer,
                      SocketSettings options,
                      Ready ready)
                      throws IOException {
                    DatagramSocket open = super.datagram(local, null, options, ready);
                    return new ForwardingDatagram(open) {
                      @Override
                      public boolean send(ByteBuffer data, @Nullable InetSocketAddress to)
                          throws IOException {
                        return super.send(data, to == null ? peer : to);
                      }
                    };
                  }
                }));
  }

  private static Broken groups(String name, UnaryOperator<DatagramGroups> broken) {
    return datagram(
        "U1",
        name,
        socket ->
            new ForwardingDatagram(socket) {
              @Override
              public @Nullable DatagramGroups groups() {
                DatagramGroups sound = super.groups();
                return sound == null ? null : broken.apply(sound);
              }
            });
  }

  /** Groups that leave everything to others. */
  private static class ForwardingGroups implements DatagramGroups {
    private final DatagramGroups groups;

    ForwardingGroups(DatagramGroups groups) {
      this.groups = groups;
    }

    @Override
    public void join(Group group) throws IOException {
      groups.join(group);
    }

    @Override
    public void leave(Group group) throws IOException {
      groups.leave(group);
    }

    @Override
    public void timeToLive(int hops) throws IOException {
      groups.timeToLive(hops);
    }

    @Override
    public void loopback(boolean on) throws IOException {
      groups.loopback(on);
    }

    @Override
    public void outgoing(String name) throws IOException {
      groups.outgoing(name);
    }
  }

  /** An engine that is not fair. */
  private static final class OneAtATime extends ForwardingEngine {
    private boolean told;

    OneAtATime(Engine sound) {
      super(sound);
    }

    @Override
    public void await(long nanos) throws IOException {
      told = false;
      super.await(nanos);
    }

    @Override
    protected StreamSocket stream(StreamSocket socket) {
      return new ForwardingStream(socket) {
        @Override
        public void ready(Ready ready) {
          super.ready((readable, writable) -> {
            if (!told) {
              told = true;
              ready.ready(readable, writable);
            }
          });
        }
      };
    }
  }

  /** A pool without limits that lets nobody take a call back. */
  private static class Heedless implements Blocking {
    private final ThreadGroup threads = new ThreadGroup("heedless");

    @Override
    public Runnable submit(Runnable task) {
      Thread thread = new Thread(threads, task);
      thread.setDaemon(true);
      thread.start();
      return () -> {};
    }

    @Override
    public void interrupt() {
      threads.interrupt();
    }

    @Override
    public boolean ended() {
      return threads.activeCount() == 0;
    }
  }
}
