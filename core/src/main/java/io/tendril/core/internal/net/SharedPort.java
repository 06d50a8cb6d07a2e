package io.tendril.core.internal.net;

import io.tendril.core.ReactorGroup.Spreading;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A port that several reactors serve together. Those who serve it are known to all, and read
 * without a lock by whoever has a connection to give away.
 */
final class SharedPort {
  private final Spread spread;
  private final Spreading way;
  private final SocketAddress wanted;
  private final boolean byKernel;
  private final List<SharedListener> listeners = new CopyOnWriteArrayList<>();

  /** Sockets that have no reactor of their own, since it has left the group. */
  private final AtomicInteger spares = new AtomicInteger();

  private volatile @Nullable SocketAddress address;

  /** Whose turn it is, among equals. */
  private volatile int turn;

  /** Somebody has found nobody to give a connection to, and rests until there is. */
  private volatile boolean resting;

  SharedPort(Spread spread, Spreading way, SocketAddress wanted, boolean byKernel) {
    this.spread = spread;
    this.way = way;
    this.wanted = wanted;
    this.byKernel = byKernel;
  }

  boolean begun() {
    return spread.begun();
  }

  boolean isOpen() {
    return address != null;
  }

  /** Where it is to be opened. */
  SocketAddress wanted() {
    return wanted;
  }

  /** Where it is. */
  SocketAddress address() {
    SocketAddress known = address;
    if (known == null) {
      throw new IllegalStateException("not open");
    }
    return known;
  }

  /** Where one more socket of it is to be opened: at the port that the first one got. */
  SocketAddress next() {
    return address instanceof InetSocketAddress first && wanted instanceof InetSocketAddress asked
        ? new InetSocketAddress(asked.getAddress(), first.getPort())
        : wanted;
  }

  /** Whether a reactor that joins needs a socket of its own. */
  boolean needsSocket() {
    return !isOpen() || (byKernel && spares.get() == 0);
  }

  /** Whether the connections of such a socket stay with its reactor. */
  boolean byKernel() {
    return byKernel;
  }

  AtomicInteger spares() {
    return spares;
  }

  // ---- Who serves it --------------------------------------------------------------------------

  /**
   * One more serves it.
   *
   * @param at where its socket is, if it has one
   */
  void join(SharedListener listener, @Nullable SocketAddress at) {
    if (address == null) {
      address = at;
    }
    listeners.add(listener);
    update();
  }

  void leave(SharedListener listener) {
    listeners.remove(listener);
    update();
  }

  @Nullable SharedListener listenerOf(SocketNetwork network) {
    for (SharedListener listener : listeners) {
      if (listener.network() == network) {
        return listener;
      }
    }
    return null;
  }

  // ---- Who gets the next connection -----------------------------------------------------------

  /**
   * Who gets the next connection; null if nobody can take one now.
   *
   * @param here who accepts it, and has no queue to wait in
   */
  @Nullable SharedListener choose(@Nullable SharedListener here) {
    Object[] all = listeners.toArray();
    SharedListener best = null;
    int fewest = Integer.MAX_VALUE;
    for (int i = 0; i < all.length; i++) {
      var each = (SharedListener) all[Math.floorMod(turn + i, all.length)];
      if (each.isPaused() || (each != here && each.isFull())) {
        continue;
      }
      int load = way == Spreading.IN_TURN ? 0 : each.load();
      if (load < fewest) {
        best = each;
        fewest = load;
      }
    }
    return best;
  }

  /** It got it. */
  void chosen(SharedListener listener) {
    turn = Math.max(0, listeners.indexOf(listener) + 1);
  }

  /** Nobody could take one: looks once more, and lets doors rest if that is still so. */
  @Nullable SharedListener chooseOrRest(SharedListener here) {
    resting = true;
    SharedListener found = choose(here); // somebody may just have made room
    if (found != null) {
      wake();
    }
    return found;
  }

  boolean isResting() {
    return resting;
  }

  /** Somebody can take one again. */
  void wake() {
    if (resting) {
      resting = false;
      update();
    }
  }

  /** Something has changed that doors depend on. From any thread. */
  void update() {
    listeners.forEach(SharedListener::update);
  }
}
