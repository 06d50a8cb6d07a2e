package io.tendril.app;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which workers are kept: told the time and what has happened, it gives orders. It
 * knows nothing of processes.
 *
 * <pre>
 *   a worker   STARTING  has said that it serves    -> SERVING
 *              STARTING, SERVING  is told to end    -> ENDING
 *              any       its process has ended      -> gone
 * </pre>
 *
 * <p>There are so many places, and each has one worker. A worker that was not told to end leaves a
 * place that is filled again, after a wait that grows. While the group is restarted, one place
 * after the other has a second worker, which takes the first one's place when it serves. A worker
 * that has been silent for too long is looked at twice, a while apart, before it is killed: what it
 * has said may not have been read yet, where this process was the one that stood still.
 */
final class Supervision {
  /** What is to be done. The number of a worker is never used again; that of its place is. */
  interface Orders {
    void start(int place, long worker);

    /** Another one serves in its place: it may take its time. */
    void retire(long worker);

    void end(long worker);

    void kill(long worker);

    void tell(WorkerEvent event);

    /** Every place has had a worker that serves, or one that never did. */
    void started(@Nullable String failure);

    /** A restart is over. */
    void restarted(@Nullable String failure);

    /** No worker is left, after {@link Supervision#stop} or when it has given up. */
    void over(@Nullable String failure);
  }

  /**
   * How long workers may take.
   *
   * @param ready from their start until they serve
   * @param silence between two signs of life
   * @param retirement to end when they have been replaced
   * @param end to end when they are told to
   */
  record Times(Duration ready, Duration silence, Duration retirement, Duration end) {}

  private static final Duration SECOND_LOOK = Duration.ofSeconds(1);

  private enum State {
    STARTING,
    SERVING,
    ENDING
  }

  private static final class Worker {
    final long number;
    final Place place;
    final long begun;
    State state = State.STARTING;
    long process;

    /** When it is killed, or looked at again, if nothing has happened by then. */
    long deadline;

    boolean suspected;
    boolean retired;
    boolean killed;
    String why = "";

    Worker(long number, Place place, long begun, long deadline) {
      this.number = number;
      this.place = place;
      this.begun = begun;
      this.deadline = deadline;
    }
  }

  private static final class Place {
    final int number;
    @Nullable Worker worker;

    /** What is to replace it. */
    @Nullable Worker next;

    boolean hasServed;
    int deathsInARow;
    long fillAt = NEVER;

    Place(int number) {
      this.number = number;
    }
  }

  private static final long NEVER = Long.MAX_VALUE;

  private final Orders orders;
  private final Times times;
  private final RestartLimits limits;
  private final List<Place> places = new ArrayList<>();
  private final Map<Long, Worker> workers = new LinkedHashMap<>();
  private final Deque<Long> deaths = new ArrayDeque<>();
  private final Deque<Place> toReplace = new ArrayDeque<>();
  private long lastNumber;
  private boolean starting;
  private boolean restarting;
  private boolean ending;
  private boolean over;
  private @Nullable String failure;

  Supervision(int count, Times times, RestartLimits limits, Orders orders) {
    this.orders = orders;
    this.times = times;
    this.limits = limits;
    for (int i = 1; i <= count; i++) {
      places.add(new Place(i));
    }
  }

  // ---- What is wanted -------------------------------------------------------------------------

  /** Starts all. */
  void start(long now) {
    starting = true;
    for (Place place : places) {
      if (!ending) {
        fill(place, now);
      }
    }
  }

  /**
   * Replaces every worker by a new one, one after the other, each new one before the old one.
   *
   * @return whether this is a new restart, or one that is under way already
   */
  boolean restart(long now) {
    if (restarting) {
      return false;
    }
    restarting = true;
    if (ending || starting || over) {
      restarted("the workers are " + (starting ? "being started" : "coming to their end"));
      return true;
    }
    toReplace.addAll(places);
    replaceNext(now);
    return true;
  }

  /** Ends all. */
  void stop(long now) {
    endAll(null, now);
  }

  // ---- What has happened ----------------------------------------------------------------------

  /** A worker's process runs. */
  void runs(long number, long process) {
    Worker worker = workers.get(number);
    if (worker != null) {
      worker.process = process;
      orders.tell(new WorkerEvent.Started(worker.place.number, process));
    }
  }

  /** A worker serves. */
  void serves(long number, long now) {
    Worker worker = workers.get(number);
    if (worker == null || worker.state == State.ENDING) {
      return;
    }
    heard(worker, now);
    if (worker.state == State.SERVING) {
      return; // it has reloaded
    }
    worker.state = State.SERVING;
    worker.place.hasServed = true;
    orders.tell(new WorkerEvent.Serving(worker.place.number, worker.process));
    if (worker == worker.place.next) {
      replace(worker.place, worker, now);
    }
    if (starting && places.stream().allMatch(place -> place.hasServed)) {
      starting = false;
      orders.started(null);
    }
  }

  /** A worker has given a sign of life. */
  void lives(long number, long now) {
    Worker worker = workers.get(number);
    if (worker != null && worker.state == State.SERVING) {
      heard(worker, now);
    }
  }

  /** A worker has said that it ends by itself. */
  void ends(long number, long now) {
    Worker worker = workers.get(number);
    if (worker != null && worker.state == State.SERVING) {
      worker.deadline = now + times.end.toNanos(); // and says nothing more
      worker.suspected = false;
    }
  }

  /** A worker's process has ended, or has never come to be. */
  void ended(long number, String how, long now) {
    Worker worker = workers.remove(number);
    if (worker == null) {
      return;
    }
    boolean expected = worker.state == State.ENDING;
    if (worker.process != 0) {
      orders.tell(new WorkerEvent.Ended(worker.place.number, worker.process, how, expected));
    } else if (!expected) {
      orders.tell(new WorkerEvent.NotStarted(worker.place.number, how));
    }
    String words =
        "worker " + worker.place.number + ": " + how + (worker.killed ? ", as " + worker.why : "");
    if (worker == worker.place.next) {
      worker.place.next = null;
      if (!expected) {
        restartFailed(words + " before it served", now);
      }
    } else if (worker == worker.place.worker) {
      worker.place.worker = null;
      if (!expected) {
        died(worker, words, now);
      }
    }
    checkOver();
  }

  /** Time has passed. */
  void passed(long now) {
    for (Worker worker : List.copyOf(workers.values())) {
      if (worker.deadline <= now && !worker.killed) {
        late(worker, now);
      }
    }
    for (Place place : places) {
      if (place.fillAt <= now && !ending) {
        fill(place, now);
      }
    }
  }

  /** When {@link #passed} is to be called next; {@link Long#MAX_VALUE} for never. */
  long deadline() {
    long next = NEVER;
    for (Worker worker : workers.values()) {
      next = worker.killed ? next : Math.min(next, worker.deadline);
    }
    for (Place place : places) {
      next = Math.min(next, place.fillAt);
    }
    return next;
  }

  // ---- Filling places -------------------------------------------------------------------------

  private Worker begin(Place place, long now) {
    var worker = new Worker(++lastNumber, place, now, now + times.ready.toNanos());
    workers.put(worker.number, worker);
    return worker;
  }

  private void fill(Place place, long now) {
    place.fillAt = NEVER;
    Worker worker = begin(place, now);
    place.worker = worker;
    orders.start(place.number, worker.number);
  }

  private void died(Worker worker, String words, long now) {
    Place place = worker.place;
    if (starting && !place.hasServed) {
      endAll(words + " before it served", now);
      return;
    }
    deaths.addLast(now);
    while (now - deaths.getFirst() > limits.within().toNanos()) {
      deaths.removeFirst();
    }
    int most = limits.deaths() * places.size();
    if (deaths.size() > most) {
      endAll(
          "%d workers have died within %d s, the last of them %s"
              .formatted(deaths.size(), limits.within().toSeconds(), words),
          now);
      return;
    }
    boolean lived = now - worker.begun >= limits.most().toNanos();
    place.deathsInARow = lived ? 1 : place.deathsInARow + 1;
    if (place.next == null) { // which takes its place, or leaves it empty
      place.fillAt = now + limits.after(place.deathsInARow).toNanos();
      if (place.fillAt <= now) {
        fill(place, now);
      }
    }
  }

  // ---- Replacing ------------------------------------------------------------------------------

  private void replaceNext(long now) {
    Place place = toReplace.peekFirst();
    if (place == null) {
      restarted(null);
      return;
    }
    place.fillAt = NEVER;
    Worker worker = begin(place, now);
    if (place.worker == null) {
      place.worker = worker; // it has died, and waits
    }
    place.next = worker;
    orders.start(place.number, worker.number);
  }

  private void replace(Place place, Worker worker, long now) {
    Worker old = place.worker;
    place.worker = worker;
    place.next = null;
    place.deathsInARow = 0;
    if (old != null && old != worker) {
      tellToEnd(old, true, now);
    }
    toReplace.remove(place);
    replaceNext(now);
  }

  private void restartFailed(String why, long now) {
    Place place = toReplace.peekFirst();
    int replaced = places.size() - toReplace.size();
    toReplace.clear();
    if (place != null && (place.worker == null || !workers.containsKey(place.worker.number))) {
      place.worker = null;
      place.fillAt = now + limits.after(++place.deathsInARow).toNanos();
    }
    restarted(
        why + (replaced == 0 ? "" : "; " + replaced + " of " + places.size() + " were replaced"));
  }

  private void restarted(@Nullable String why) {
    restarting = false;
    orders.tell(why == null ? new WorkerEvent.Restarted() : new WorkerEvent.NotRestarted(why));
    orders.restarted(why);
  }

  // ---- Ends -----------------------------------------------------------------------------------

  private void heard(Worker worker, long now) {
    worker.deadline = now + times.silence.toNanos();
    worker.suspected = false;
  }

  private void late(Worker worker, long now) {
    if (!worker.suspected) {
      worker.suspected = true;
      worker.deadline = now + SECOND_LOOK.toNanos();
      return;
    }
    if (worker.retired) { // it has not understood, or not finished
      worker.retired = false;
      worker.suspected = false;
      worker.deadline = now + times.end.toNanos();
      orders.end(worker.number);
      return;
    }
    worker.killed = true;
    worker.why =
        switch (worker.state) {
          case STARTING -> "it did not serve within " + shown(times.ready);
          case SERVING -> "it gave no sign of life for " + shown(times.silence);
          case ENDING -> "it did not end in time";
        };
    orders.tell(new WorkerEvent.Killed(worker.place.number, worker.process, worker.why));
    orders.kill(worker.number);
  }

  private static String shown(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  private void tellToEnd(Worker worker, boolean replaced, long now) {
    if (worker.state == State.ENDING && replaced) {
      return;
    }
    boolean served = worker.state == State.SERVING;
    worker.state = State.ENDING;
    worker.suspected = false;
    worker.retired = replaced && served;
    worker.deadline = now + (worker.retired ? times.retirement : times.end).toNanos();
    if (worker.retired) {
      orders.retire(worker.number);
    } else {
      orders.end(worker.number);
    }
  }

  private void endAll(@Nullable String why, long now) {
    if (ending) {
      return;
    }
    ending = true;
    failure = why;
    if (why != null && !starting) {
      orders.tell(new WorkerEvent.GaveUp(why));
    }
    if (restarting) {
      toReplace.clear();
      restarted("the workers come to their end");
    }
    if (starting) {
      starting = false;
      orders.started(why == null ? "the workers come to their end" : why);
    }
    places.forEach(place -> place.fillAt = NEVER);
    for (Worker worker : List.copyOf(workers.values())) {
      tellToEnd(worker, false, now);
    }
    checkOver();
  }

  private void checkOver() {
    if (ending && !over && workers.isEmpty()) {
      over = true;
      orders.over(failure);
    }
  }
}
