package io.tendril.core.internal.net;

import io.tendril.core.Context;
import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.ReactorGroup.Spreading;
import io.tendril.core.descriptor.DescriptorAddress;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What one endpoint opens in several reactors, so that the connections to it are spread over them.
 *
 * <p>An endpoint knows nothing of it. It listens in each reactor by itself, one after the other,
 * and what it is wrapped in (TLS, policies) is there once for each. A {@link Part} lies in the
 * context meanwhile; where a network is asked to open a socket, it finds the part, and opens the
 * first, or joins those who have.
 */
public final class Spread {
  private static final Context.Key<Optional<Part>> PART =
      Context.key("spread over reactors", Optional.empty());

  private final Spreading way;

  /** In the order in which the endpoint opens them. */
  private final List<SharedPort> ports = new CopyOnWriteArrayList<>();

  private final IdentityHashMap<Object, Object> shared = new IdentityHashMap<>();
  private volatile boolean begun;

  /** Nothing so far. */
  public Spread(Spreading way) {
    this.way = way;
  }

  /** What the endpoint opens in one reactor, while it does. */
  public static @Nullable Part inForce() {
    return Context.current().value(PART).orElse(null);
  }

  /** One more reactor in which the endpoint listens. */
  public Part part() {
    return new Part();
  }

  /** The part of one reactor. Used in its thread. */
  public final class Part {
    private int opened;

    private Part() {}

    /** The context to listen in. */
    public Context context() {
      return Context.current().with(PART, Optional.of(this));
    }

    /** What was put here for another reactor of this spread, so that all have the same; or null. */
    public <T> @Nullable T shared(Object owner, Class<T> type) {
      synchronized (shared) {
        return type.cast(shared.get(owner));
      }
    }

    /** Lets the others have the same. */
    public void share(Object owner, Object value) {
      synchronized (shared) {
        shared.put(owner, value);
      }
    }

    Deferred<Listener> listen(
        SocketNetwork network,
        SocketAddress address,
        SocketSettings settings,
        ProtocolFactory<?> factory) {
      boolean byKernel =
          address instanceof InetSocketAddress
              && (way == Spreading.BY_KERNEL || settings.reusePort());
      SocketSettings opening = byKernel ? settings.with().reusePort(true).build() : settings;
      return join(
          network,
          port(address, byKernel),
          factory,
          settings,
          at -> PassedSocket.opening(network.engine, at, opening));
    }

    /**
     * Goes on with a socket that is open already.
     *
     * @param leave lets go of it where another reactor has it
     */
    Deferred<Listener> adopt(
        SocketNetwork network,
        SocketAddress address,
        SocketSettings settings,
        ProtocolFactory<?> factory,
        Door.Opening opening,
        Runnable leave) {
      SharedPort port = port(address, false);
      boolean first = !port.isOpen();
      Deferred<Listener> joined = join(network, port, factory, settings, _ -> opening);
      if (!first) {
        leave.run();
      }
      return joined;
    }

    private SharedPort port(SocketAddress address, boolean byKernel) {
      int number = opened++;
      if (number < ports.size()) {
        SharedPort known = ports.get(number);
        if (address instanceof DescriptorAddress || address.equals(known.wanted())) {
          return known;
        }
      }
      return new SharedPort(Spread.this, way, address, byKernel); // first, or by itself
    }

    private Deferred<Listener> join(
        SocketNetwork network,
        SharedPort port,
        ProtocolFactory<?> factory,
        SocketSettings settings,
        SharedListener.Opening opening) {
      var listener = new SharedListener(network, port, factory, settings);
      Context outside = Context.current().with(PART, Optional.empty());
      return Deferred.of(() ->
          outside.call(() ->
              network.listen(
                  listener,
                  port.wanted(),
                  () -> {
                    listener.open(opening);
                    if (!ports.contains(port)) {
                      ports.add(port);
                    }
                  })));
    }
  }

  // ---- For the group --------------------------------------------------------------------------

  boolean begun() {
    return begun;
  }

  /** All reactors are there: accepting begins. From any thread. */
  public void begin() {
    begun = true;
    ports.forEach(SharedPort::update);
  }

  /** A socket on its way to another reactor, with what it belongs to. */
  public static final class Moving {
    private final SharedPort port;
    private final SharedListener.Released released;

    Moving(SharedPort port, SharedListener.Released released) {
      this.port = port;
      this.released = released;
    }

    /** There is nowhere to go. */
    public void close() {
      released.socket().close();
    }

    /**
     * Arrives in another reactor, in its thread.
     *
     * @param keeps whether that keeps what it accepts, or spreads it over all
     */
    public void into(SocketNetwork network, boolean keeps) throws IOException {
      SharedListener listener = port.listenerOf(network);
      if (listener == null) {
        close();
        throw new IOException(network.reactor.name() + " does not listen there");
      }
      listener.takeOver(released, keeps);
    }
  }

  /**
   * Takes the sockets away from a reactor, in its thread, which goes on listening without.
   *
   * @param spare only those that are there beside one of its own, one of each port
   */
  public List<Moving> release(SocketNetwork network, boolean spare) throws IOException {
    List<Moving> moving = new ArrayList<>();
    try {
      for (SharedPort port : ports) {
        SharedListener listener = port.listenerOf(network);
        if (listener != null) {
          for (SharedListener.Released released : listener.release(spare)) {
            moving.add(new Moving(port, released));
          }
        }
      }
      return moving;
    } catch (IOException | RuntimeException e) {
      moving.forEach(Moving::close);
      throw e;
    }
  }
}
