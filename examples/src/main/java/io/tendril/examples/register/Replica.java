package io.tendril.examples.register;

import module io.tendril;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * One of the hosts that keep a register together. A leader answers reads by itself, as long as a
 * majority has promised to follow nobody else: its lease. Writes go to a majority before they are
 * answered. Lines over TCP, in direct style:
 *
 * <pre>
 *   READ                          VALUE term number value
 *   WRITE value                   WRITTEN term number value
 *   LEASE term                    GRANTED term number value
 *   STORE term number value       STORED
 * </pre>
 *
 * or, to all of them, {@code NO}: ask somebody else, or later; of a write it is not known then
 * whether it has happened.
 *
 * <p>A lease counts from when it was asked for, since that is before any promise of it was made; so
 * it ends before the first promise does, as long as no clock is a tenth faster than another.
 */
public final class Replica {
  static final Duration LEASE = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofMillis(800);
  private static final Duration RENEWAL = Duration.ofMillis(700);

  /** A mistake to make, for a test that has to find it. */
  public enum Mistake {
    /** None. */
    NONE,
    /** The lease counts from when it was granted, which is too late. */
    LEASE_FROM_THE_ANSWER
  }

  /** What a crash does not take away. */
  public static final class Disk {
    private long promised;
    private Version accepted = Version.NONE;

    /** An empty one. */
    public Disk() {}
  }

  private final Reactor reactor;
  private final Disk disk;
  private final int id;
  private final List<String> others;
  private final Mistake mistake;
  private final DeferredLock lock = new DeferredLock();
  private long promisedUntil;
  private long leaseUntil;
  private long term;

  /**
   * A replica.
   *
   * @param id from 0 to 2, another one for each
   * @param others the endpoints of the other two
   */
  public Replica(Reactor reactor, Disk disk, int id, List<String> others, Mistake mistake) {
    this.reactor = reactor;
    this.disk = disk;
    this.id = id;
    this.others = List.copyOf(others);
    this.mistake = mistake;
    this.leaseUntil = now();
    this.promisedUntil = now() + LEASE.toNanos(); // what was promised before a crash holds
  }

  /** Answers at an endpoint, and tries to lead. */
  public Deferred<Listener> start(String endpoint) {
    var _ =
        reactor
            .async(() -> {
              lead();
              return "done";
            })
            .exceptionally(_ -> "stopped");
    return reactor.listen(endpoint, Protocol.direct(this::serve));
  }

  /** Whether it may answer by itself now. */
  public boolean hasLease() {
    return now() < leaseUntil;
  }

  private long now() {
    return reactor.clock().nanoTime();
  }

  // ---- Following ------------------------------------------------------------------------------

  private void serve(Connection connection) {
    for (String line : connection.lines()) {
      String[] words = line.split(" ", 2);
      String answer =
          switch (words[0]) {
            case "READ" -> lock.with(() -> Deferred.succeeded(read())).await();
            case "WRITE" -> lock.with(() -> reactor.async(() -> write(words[1]))).await();
            case "LEASE" -> grant(Long.parseLong(words[1]));
            case "STORE" -> store(Version.parse(words[1]));
            default -> "NO";
          };
      connection.writeLine(answer);
    }
  }

  private String grant(long wanted) {
    boolean again = wanted == disk.promised && wanted > 0;
    if (!again && (wanted <= disk.promised || now() < promisedUntil)) {
      return "NO";
    }
    disk.promised = wanted;
    promisedUntil = now() + LEASE.toNanos();
    return "GRANTED " + disk.accepted;
  }

  private String store(Version version) {
    if (version.term() < disk.promised) {
      return "NO";
    }
    disk.promised = version.term();
    if (version.compareTo(disk.accepted) > 0) {
      disk.accepted = version;
    }
    return "STORED";
  }

  // ---- Leading --------------------------------------------------------------------------------

  private void lead() {
    while (true) {
      pause(Duration.ofMillis(100 + reactor.random().nextInt(1_500)));
      if (elect()) {
        do {
          pause(RENEWAL);
        } while (hasLease() && lease().size() > 1);
      }
    }
  }

  private void pause(Duration time) {
    reactor.after(time).await();
  }

  private boolean elect() {
    term = (disk.promised / 3 + 1) * 3 + id;
    List<Version> known = lease();
    if (known.size() < 2) {
      if (known.size() == 1 && disk.promised == term) {
        promisedUntil = now(); // nobody else knows of it, and the next candidate need not wait
      }
      return false;
    }
    // What a majority has may have been answered already; so it is the value, in this term too.
    Version newest = known.stream().max(Version::compareTo).orElseThrow();
    long until = leaseUntil;
    leaseUntil = now();
    if (!spread(new Version(term, newest.number(), newest.value()))) {
      return false;
    }
    leaseUntil = until;
    return true;
  }

  /** Asks for the lease of this term; what those have who grant it, this replica among them. */
  private List<Version> lease() {
    long asked = now();
    String own = grant(term);
    List<Version> granted = new ArrayList<>();
    if (!own.equals("NO")) {
      granted.add(disk.accepted);
      for (String answer : ask("LEASE " + term)) {
        if (answer.startsWith("GRANTED ")) {
          granted.add(Version.parse(answer.substring(8)));
        }
      }
    }
    if (granted.size() > 1) {
      long from = mistake == Mistake.LEASE_FROM_THE_ANSWER ? now() : asked;
      leaseUntil = Math.max(leaseUntil, from + LEASE.toNanos() * 9 / 10);
    }
    return granted;
  }

  private String read() {
    return hasLease() ? "VALUE " + disk.accepted : "NO";
  }

  private String write(String value) {
    if (!hasLease()) {
      return "NO";
    }
    var version = new Version(term, disk.accepted.number() + 1, value);
    if (spread(version)) {
      return "WRITTEN " + version;
    }
    leaseUntil = now(); // a later leader may find it or not, so nobody reads here before
    return "NO";
  }

  /** Stores a version here and at one other host at least. */
  private boolean spread(Version version) {
    return store(version).equals("STORED") && ask("STORE " + version).contains("STORED");
  }

  /** The answers of the others, as far as they come in time. */
  private List<String> ask(String line) {
    List<Deferred<String>> asking = new ArrayList<>();
    for (String other : others) {
      asking.add(
          Question.ask(reactor, other, line)
              .orTimeout(PATIENCE, "an answer of " + other)
              .exceptionally(ConnectFailed.class, _ -> "NO")
              .exceptionally(ConnectionClosed.class, _ -> "NO")
              .exceptionally(TimeoutException.class, _ -> "NO"));
    }
    return Deferred.gather(asking).await();
  }
}
