package io.tendril.core.internal.net;

import io.tendril.core.Context;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.descriptor.Interest;
import io.tendril.core.descriptor.Readiness;
import io.tendril.core.descriptor.Watch;
import io.tendril.spi.Descriptors;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * A watch, and what its handler is told. While the handler is in a call, a loop inside of that is
 * told of nothing, for the condition would hold there as well.
 */
final class WatchedDescriptor implements Watch, Descriptors.Watcher {
  private final SocketNetwork network;
  private final String what;
  private final Handler handler;
  private final Context context;
  private final @Nullable String origin;
  private Interest interest;
  private Descriptors.@Nullable Watched watched;
  private boolean inCall;

  WatchedDescriptor(
      SocketNetwork network, Descriptor descriptor, Interest interest, Handler handler) {
    this.network = network;
    this.what = descriptor.toString();
    this.handler = handler;
    this.context = network.reactor.context();
    this.origin = network.origin();
    this.interest = interest;
  }

  void begin(Descriptors descriptors, Descriptor descriptor) {
    watched = descriptors.watch(descriptor, interest, this);
  }

  @Nullable String origin() {
    return origin;
  }

  // ---- As its owner sees it -------------------------------------------------------------------

  @Override
  public void interest(Interest next) {
    check();
    interest = next;
    apply();
  }

  private void apply() {
    if (watched != null) {
      watched.interest(inCall ? Interest.NONE : interest);
      network.reactor.touched();
    }
  }

  private void check() {
    network.reactor.check("this Watch");
  }

  @Override
  public Interest interest() {
    return watched == null ? Interest.NONE : interest;
  }

  @Override
  public boolean isOpen() {
    return watched != null;
  }

  @Override
  public void close() {
    check();
    if (leave()) {
      network.closed(this);
    }
  }

  private boolean leave() {
    Descriptors.Watched open = watched;
    if (open == null) {
      return false;
    }
    watched = null;
    open.close();
    return true;
  }

  // ---- What the engine tells ------------------------------------------------------------------

  @Override
  public void ready(Readiness found) {
    if (inCall) {
      apply(); // a loop inside of its call
      return;
    }
    network.reactor.beginCall();
    Context outer = network.reactor.swapContext(context);
    if (found.over()) {
      interest = Interest.NONE;
    }
    inCall = true;
    try {
      handler.ready(found);
    } catch (Throwable e) {
      network.reactor.failed("the watch of " + what, e);
      end(e);
    } finally {
      inCall = false;
      apply();
      network.reactor.swapContext(outer);
    }
    network.reactor.endCall();
  }

  @Override
  public void closed() {
    network.reactor.check("watched " + what);
    end(new ClosedChannelException());
  }

  /** It ends, and its handler is told, which is not its own doing. */
  void end(Throwable cause) {
    if (!leave()) {
      return;
    }
    network.reactor.later(() -> {
      network.closed(this);
      Context outer = network.reactor.swapContext(context);
      try {
        handler.ended(cause);
      } finally {
        network.reactor.swapContext(outer);
      }
    });
  }

  @Override
  public String toString() {
    return what;
  }
}
