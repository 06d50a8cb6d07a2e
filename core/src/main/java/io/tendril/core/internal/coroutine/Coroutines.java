package io.tendril.core.internal.coroutine;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.internal.Origin;
import io.tendril.core.internal.loop.LoopReactor;
import io.tendril.spi.Carrier;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The coroutines of one reactor: what they run on, and which are alive. They are remembered weakly:
 * one whose Deferred nobody can fire any more is garbage as a callback would be, and is named when
 * it has been collected.
 */
public final class Coroutines {
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  /** A coroutine in the list of those that are alive. */
  public static final class Entry extends WeakReference<Deferred<?>> {
    private final Class<?> body;
    private final @Nullable Origin made;
    private @Nullable Entry previous;
    private @Nullable Entry following;

    private Entry(
        Deferred<?> coroutine,
        Class<?> body,
        @Nullable Origin made,
        ReferenceQueue<Deferred<?>> collected) {
      super(coroutine, collected);
      this.body = body;
      this.made = made;
    }

    /** What it runs, and in debug mode where it was made. */
    @Override
    public String toString() {
      String type = body.getName().replaceFirst("\\$\\$Lambda.*", "");
      return "coroutine "
          + type.substring(type.lastIndexOf('.') + 1)
          + (made == null ? "" : ", made " + made);
    }
  }

  private final LoopReactor reactor;
  private final @Nullable Carrier offered;
  private final ReferenceQueue<Deferred<?>> collected = new ReferenceQueue<>();
  private @Nullable Carrier carrier;
  private @Nullable Entry first;
  private @Nullable Runnable next;
  private boolean direct;

  /**
   * None yet.
   *
   * @param offered what the engine would have them run on
   */
  public Coroutines(LoopReactor reactor, @Nullable Carrier offered) {
    this.reactor = reactor;
    this.offered = offered;
  }

  // ---- What they run on -----------------------------------------------------------------------

  /** Makes what a coroutine runs on. */
  public Carrier.Coroutine carry(Runnable body) {
    Carrier chosen = carrier;
    if (chosen == null) {
      chosen = choose();
      carrier = chosen;
    }
    return chosen.create(body);
  }

  private Carrier choose() {
    if (offered != null) {
      return chosen(offered, "the engine offers it");
    }
    if (Thread.currentThread().isVirtual()) {
      return chosen(new VirtualThreadCarrier(), "the reactor runs on a virtual thread itself");
    }
    Carrier continuations = ContinuationCarrier.orNull();
    if (continuations != null) {
      return chosen(continuations, "java.base exports jdk.internal.vm");
    }
    Module module = Coroutines.class.getModule();
    String option =
        "--add-exports java.base/jdk.internal.vm="
            + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
    if (!WARNED.getAndSet(true)) {
      System.getLogger("io.tendril.core")
          .log(
              System.Logger.Level.WARNING,
              "coroutines run on virtual threads, where an await takes some ten times as long as"
                  + " it could: start Java with "
                  + option);
    }
    return chosen(new VirtualThreadCarrier(), "without " + option);
  }

  private Carrier chosen(Carrier carrier, String why) {
    reactor.report(new ReactorEvent.Chosen("coroutine carrier", carrier.name(), why));
    return carrier;
  }

  /**
   * Whether the loop had better run on a virtual thread, too: handing the baton to a virtual thread
   * takes a platform thread some twenty times as long.
   */
  public boolean preferVirtualThread() {
    return carrier instanceof VirtualThreadCarrier && !Thread.currentThread().isVirtual();
  }

  /** Lends the reactor's identity to a thread: the one that a coroutine runs in, or the loop's. */
  public void lend(Thread thread) {
    reactor.lend(thread);
  }

  /** Resumes a coroutine as a task of the loop or, for {@link #resumeNow}, in a moment. */
  public void later(Runnable resume) {
    if (direct && next == null) {
      next = resume;
    } else {
      reactor.later(resume);
    }
  }

  /**
   * Fires what a coroutine awaits, and resumes it inside of this call: for those who have something
   * to show to it that is gone afterwards, the reactor's read buffer. In a continuation, where
   * nothing may run inside of another, the coroutine takes its turn like any other.
   */
  public void resumeNow(Runnable fire) {
    direct = !reactor.draining();
    try {
      fire.run();
    } finally {
      direct = false;
    }
    Runnable resume = next;
    next = null;
    if (resume != null) {
      resume.run();
    }
  }

  // ---- Which are alive ------------------------------------------------------------------------

  /**
   * Takes a coroutine into the list.
   *
   * @throws RejectedExecutionException after the end
   */
  public Entry add(Deferred<?> coroutine, Class<?> body) {
    if (reactor.state() == Reactor.State.STOPPED) {
      throw new RejectedExecutionException(reactor.name() + " has stopped");
    }
    var entry = new Entry(coroutine, body, reactor.debug() ? Origin.here() : null, collected);
    entry.following = first;
    if (first != null) {
      first.previous = entry;
    }
    first = entry;
    return entry;
  }

  /** A coroutine has ended. */
  public void remove(Entry entry) {
    if (entry.previous != null) {
      entry.previous.following = entry.following;
    } else {
      first = entry.following;
    }
    if (entry.following != null) {
      entry.following.previous = entry.previous;
    }
    entry.previous = null;
    entry.following = null;
    entry.clear();
  }

  /** Reports those that were abandoned and have been collected. */
  public void reportCollected() {
    for (Reference<?> gone; (gone = collected.poll()) != null; ) {
      Entry entry = (Entry) gone;
      remove(entry);
      reactor.report(new ReactorEvent.CoroutineAbandoned(entry.toString()));
    }
  }

  /** Whether none is alive. */
  public boolean isEmpty() {
    if (first != null) {
      reportCollected();
    }
    return first == null;
  }

  private List<Deferred<?>> alive() {
    List<Deferred<?>> alive = new ArrayList<>();
    for (Entry entry = first; entry != null; entry = entry.following) {
      Deferred<?> coroutine = entry.get();
      if (coroutine != null) {
        alive.add(coroutine);
      }
    }
    return alive.reversed();
  }

  /** Cancels each of them, the oldest first. */
  public void cancelAll() {
    alive().forEach(Deferred::cancel);
  }

  /** What is alive, the oldest first, and where it waits: for reports. */
  public List<String> describe() {
    return alive().stream().map(Deferred::toString).toList();
  }
}
