package io.tendril.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Services that start and stop together.
 *
 * <pre>{@code
 * Reactor.run(reactor ->
 *     ServiceGroup.of("chat", Service.listening("tcp:8008", room), new Archive()).runIn(reactor));
 * }</pre>
 *
 * <p>They do what needs privileges, all of them; then they start, each when the one before it has,
 * in the order in which they were added; and they stop in the reverse order, each when the one
 * after it has. One that fails does not keep the others from it; in the end the group fails, too,
 * with what failed first. A group is a service, so groups nest.
 *
 * <p>Services may come and go while the group runs. Used in the reactor's thread.
 */
public final class ServiceGroup implements Service {
  private final String name;
  private final Map<String, Member> members = new LinkedHashMap<>();

  /** What changes the members' states, one thing at a time. */
  private final DeferredLock changes = new DeferredLock();

  /** Where this runs, from the first phase of the start to the stop. */
  private @Nullable Reactor reactor;

  /** Who starts now, to be given up when it is stopped meanwhile. */
  private @Nullable Member starting;

  /** A group of nothing so far. */
  public ServiceGroup(String name) {
    this.name = name;
  }

  /**
   * A group of services.
   *
   * @throws IllegalArgumentException if two have the same name
   */
  public static ServiceGroup of(String name, Service... services) {
    var group = new ServiceGroup(name);
    for (Service service : services) {
      group.enter(service);
    }
    return group;
  }

  /** A service of a group failed; the message names it, and the cause says why. */
  public static final class ServiceFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String service;

    ServiceFailed(String service, String doing, Throwable cause) {
      super(service + " failed to " + doing + ": " + cause.getMessage(), cause, true, false);
      this.service = service;
    }

    /** The name of the service. */
    public String service() {
      return service;
    }
  }

  /**
   * One service.
   *
   * <pre>
   *   IDLE --privilegedStart--> PREPARED --start--> STARTED
   *     any of the two may fail -> FAILED;  all but IDLE --stop--> IDLE
   * </pre>
   */
  private static final class Member {
    private final Service service;
    private State state = State.IDLE;
    private @Nullable Deferred<?> underWay;
    private @Nullable ServiceFailed failure;

    /** Its start was given up because it is to stop; not because the whole start was cancelled. */
    private boolean givenUp;

    private enum State {
      IDLE,
      PREPARED,
      STARTED,
      FAILED
    }

    Member(Service service) {
      this.service = service;
    }
  }

  @Override
  public String name() {
    return name;
  }

  /** The services, in order. */
  public List<Service> services() {
    return members.values().stream().map(member -> member.service).toList();
  }

  // ---- Coming and going -----------------------------------------------------------------------

  /**
   * Adds a service, and starts it if the group runs.
   *
   * @return done when it is started; at once if the group does not run
   * @throws IllegalArgumentException if there is one of that name
   */
  public Deferred<Void> add(Service service) {
    Member member = enter(service);
    if (reactor == null) {
      return Deferred.done();
    }
    return changes.with(() ->
        bring(List.of(member), Member.State.PREPARED)
            .thenCompose(nothing -> bring(List.of(member), Member.State.STARTED)));
  }

  private Member enter(Service service) {
    var member = new Member(service);
    if (members.putIfAbsent(service.name(), member) != null) {
      throw new IllegalArgumentException(
          "the group '" + name + "' has a service '" + service.name() + "' already");
    }
    return member;
  }

  /**
   * Removes a service, and stops it if it runs. Its name is free when that is done.
   *
   * @throws IllegalArgumentException if it is not in the group
   */
  public Deferred<Void> remove(Service service) {
    Member member = members.get(service.name());
    if (member == null || member.service != service) {
      throw new IllegalArgumentException(
          "the group '" + name + "' has no such service '" + service.name() + "'");
    }
    giveUp(member);
    return changes.with(() ->
        halt(List.of(member))
            .whenComplete((nothing, failure) -> members.remove(service.name(), member)));
  }

  // ---- Starting -------------------------------------------------------------------------------

  @Override
  public Deferred<Void> privilegedStart(Reactor newReactor) {
    reactor = newReactor;
    return changes.with(() -> bring(all(), Member.State.PREPARED));
  }

  @Override
  public Deferred<Void> start(Reactor newReactor) {
    reactor = newReactor;
    return changes.with(() ->
        bring(all(), Member.State.PREPARED)
            .handleCompose(
                nothing -> bring(all(), Member.State.STARTED),
                failure -> bring(all(), Member.State.STARTED)));
  }

  private List<Member> all() {
    return List.copyOf(members.values());
  }

  /** Brings members to a state, one after the other; fails in the end if any has not got there. */
  private Deferred<Void> bring(List<Member> some, Member.State wanted) {
    boolean[] cancelled = {false};
    Deferred<Void> chain = Deferred.done();
    for (Member member : some) {
      chain =
          chain
              .thenCompose(nothing -> cancelled[0] ? Deferred.done() : step(member, wanted))
              .thenRun(() -> cancelled[0] |= isCancelled(member));
    }
    return chain.thenAccept(
        nothing -> throwFirst(some.stream().map(member -> member.failure).toList()));
  }

  /** Whether a member's start was cancelled together with the group's, so that no other follows. */
  private static boolean isCancelled(Member member) {
    return !member.givenUp
        && member.failure != null
        && member.failure.getCause() instanceof CancellationException;
  }

  /** One member's step to a state, if that is its next. Never fails: the member remembers. */
  private Deferred<Void> step(Member member, Member.State wanted) {
    Reactor here = reactor;
    boolean prepares = member.state == Member.State.IDLE && wanted == Member.State.PREPARED;
    boolean starts = member.state == Member.State.PREPARED && wanted == Member.State.STARTED;
    if (here == null || !(prepares || starts)) {
      return Deferred.done();
    }
    Service service = member.service;
    Deferred<Void> underWay =
        Deferred.of(() -> prepares ? service.privilegedStart(here) : service.start(here))
            .thenAccept(nothing -> member.state = wanted)
            .exceptionally(failure -> {
              member.state = Member.State.FAILED;
              member.failure =
                  new ServiceFailed(
                      service.name(), prepares ? "prepare its start" : "start", failure);
              return null;
            })
            .thenRun(() -> starting = null);
    if (!underWay.isDone()) {
      starting = member;
      member.underWay = underWay;
    }
    return underWay;
  }

  private void giveUp(Member member) {
    if (starting == member && member.underWay != null) {
      member.givenUp = true;
      member.underWay.cancel();
    }
  }

  // ---- Stopping -------------------------------------------------------------------------------

  @Override
  public Deferred<Void> stop() {
    reactor = null; // what has not begun to start does not any more
    if (starting != null) {
      giveUp(starting);
    }
    return changes.with(() -> halt(all().reversed()));
  }

  private Deferred<Void> halt(List<Member> some) {
    List<ServiceFailed> failures = new ArrayList<>();
    Deferred<Void> chain = Deferred.done();
    for (Member member : some) {
      chain = chain.thenCompose(nothing -> halt(member, failures));
    }
    return chain.thenAccept(nothing -> throwFirst(failures));
  }

  private static Deferred<Void> halt(Member member, List<ServiceFailed> failures) {
    if (member.state == Member.State.IDLE) {
      return Deferred.done();
    }
    member.state = Member.State.IDLE;
    member.failure = null;
    member.givenUp = false;
    return Deferred.of(member.service::stop)
        .exceptionally(failure -> {
          failures.add(new ServiceFailed(member.service.name(), "stop", failure));
          return null;
        });
  }

  private static void throwFirst(List<? extends @Nullable ServiceFailed> failures) {
    ServiceFailed first = null;
    for (ServiceFailed failure : failures) {
      if (first == null) {
        first = failure;
      } else if (failure != null) {
        first.addSuppressed(failure);
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
