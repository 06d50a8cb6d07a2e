package io.tendril.core.internal.coroutine;

import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.internal.Origin;
import io.tendril.core.internal.loop.LoopReactor;
import io.tendril.spi.Carrier;
import io.tendril.spi.TimeSource;
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

  /** As many as one reads in a report; a list of a million is of no use to anybody. */
  private static final int MOST_DESCRIBED = 100;

  /** A coroutine in the list of those that are alive. */
  public static final class Entry extends WeakReference<Deferred<?>> {
    /** A name that was given, or the class of the body. */
    private final Object named;

    private final @Nullable Origin made;
    private @Nullable Entry previous;
    private @Nullable Entry following;

    private Entry(
        Deferred<?> coroutine,
        Object named,
        @Nullable Origin made,
        ReferenceQueue<Deferred<?>> collected) {
      super(coroutine, collected);
      this.named = named;
      this.made = made;
    }

    /** Its name or, without one, what it runs. */
    public String name() {
      if (named instanceof Class<?> body) {
        String type = body.getName().replaceFirst("\\$\\$Lambda.*", "");
        return "coroutine " + type.substring(type.lastIndexOf('.') + 1);
      }
      return "coroutine '" + named + "'";
    }

    /** Where it was made, in debug mode. */
    public @Nullable String made() {
      return made == null ? null : made.toString();
    }

    /** Its name, and in debug mode where it was made. */
    @Override
    public String toString() {
      return name() + (made == null ? "" : ", made " + made);
    }
  }

  private final LoopReactor reactor;
  private final @Nullable Carrier offered;
  private final ReferenceQueue<Deferred<?>> collected = new ReferenceQueue<>();
  private @Nullable Carrier carrier;
  private @Nullable Entry first;
  private int size;
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

  /** Runs an action at a moment of the reactor's clock. */
  public DelayedCall at(long nanoTime, Reactor.Action action) {
    return reactor.callInsideAt(nanoTime, action);
  }

  /** The reactor's clock. */
  public TimeSource clock() {
    return reactor.clock();
  }

  /** The reactor's clock, to within a turn. */
  public long turnTime() {
    return reactor.turnTime();
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
   * @param named a name, or the class of its body
   * @throws RejectedExecutionException after the end
   */
  public Entry add(Deferred<?> coroutine, Object named) {
    if (reactor.state() == Reactor.State.STOPPED) {
      throw new RejectedExecutionException(reactor.name() + " has stopped");
    }
    var entry = new Entry(coroutine, named, reactor.debug() ? Origin.here() : null, collected);
    entry.following = first;
    if (first != null) {
      first.previous = entry;
    }
    first = entry;
    size++;
    return entry;
  }

  /** A coroutine has ended. */
  public void remove(Entry entry) {
    size--;
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

  /** How many are alive; those that were abandoned count until they are found to be collected. */
  public int size() {
    return size;
  }

  private List<Deferred<?>> oldestFirst() {
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
    List<Deferred<?>> all = oldestFirst();
    if (!all.isEmpty()) {
      ((Listed) all.getFirst()).cancelAll(all);
    }
  }

  /** What is alive, the oldest first. */
  public List<Reactor.LiveCoroutine> alive() {
    return oldestFirst().stream().map(coroutine -> ((Listed) coroutine).inspect()).toList();
  }

  /** What is alive, the oldest first, in words: for reports. */
  public List<String> describe() {
    List<Deferred<?>> alive = oldestFirst();
    List<String> words = new ArrayList<>();
    for (Deferred<?> coroutine : alive.subList(0, Math.min(MOST_DESCRIBED, alive.size()))) {
      words.add(((Listed) coroutine).inspect().toString());
    }
    if (alive.size() > MOST_DESCRIBED) {
      words.add((alive.size() - MOST_DESCRIBED) + " more coroutines");
    }
    return words;
  }

  /** A coroutine as this list sees it. */
  public interface Listed {
    /** How it is now. */
    Reactor.LiveCoroutine inspect();

    /** Cancels all coroutines of a list, each once, though they may wait for each other. */
    void cancelAll(List<Deferred<?>> all);
  }
}
