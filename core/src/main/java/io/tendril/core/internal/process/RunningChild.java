package io.tendril.core.internal.process;

import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Source;
import io.tendril.core.Transport;
import io.tendril.core.descriptor.Readiness;
import io.tendril.core.process.ChildProcess;
import io.tendril.core.process.Command;
import io.tendril.core.process.ExitStatus;
import io.tendril.core.process.WindowSize;
import io.tendril.core.process.Wiring;
import io.tendril.spi.Children;
import io.tendril.spi.Descriptors;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One child, from its start to the end of the last thing that it had.
 *
 * <pre>
 *   RUNNING  its descriptor becomes readable -> EXITED: reaped, exited() fires
 *   EXITED   no pipe is open (any more)      -> ENDED: ended() fires
 * </pre>
 */
final class RunningChild implements ChildProcess, Descriptors.Watcher {
  /** How long what it has written is read after its end, when the reactor ends, too. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final ChildProcesses all;
  private final Command command;
  private final Children.Child child;
  private final @Nullable String origin;
  private final Announcement<ExitStatus> exited;
  private final Announcement<ExitStatus> ended;
  private final Map<Integer, Transport> pipes = new HashMap<>();
  private final Set<ChildSocket> sockets = new LinkedHashSet<>();
  private @Nullable ChildSocket terminal;
  private @Nullable DelayedCall killing;
  private @Nullable ExitStatus status;
  private int open;
  private boolean conversing;
  private boolean stopping;
  private boolean left;

  RunningChild(ChildProcesses all, Command command, Children.Child child, @Nullable String origin) {
    this.all = all;
    this.command = command;
    this.child = child;
    this.origin = origin;
    exited = new Announcement<>(all.reactor, "the end of process " + child.pid());
    ended = new Announcement<>(all.reactor, "the end of process " + child.pid() + " and its pipes");
  }

  /** This side of some of its descriptors is open from here on. */
  void has(List<Integer> numbers, Transport transport) {
    open++;
    numbers.forEach(number -> pipes.put(number, transport));
    transport.onClosed(reason -> {
      open--;
      look();
    });
  }

  void knows(ChildSocket socket, boolean isTerminal) {
    sockets.add(socket);
    if (isTerminal) {
      terminal = socket;
    }
  }

  /** A conversation is held over its input and output, which ends it when that ends. */
  void converses() {
    conversing = true;
  }

  boolean conversing() {
    return conversing;
  }

  // ---- What is known --------------------------------------------------------------------------

  @Override
  public long pid() {
    return child.pid();
  }

  @Override
  public Command command() {
    return command;
  }

  @Nullable ExitStatus status() {
    return status;
  }

  @Nullable String origin() {
    return origin;
  }

  boolean stopping() {
    return stopping;
  }

  /** Whether it lives, and its end will be known. */
  boolean isAwaited() {
    return status == null && !left;
  }

  @Override
  public Transport pipe(int number) {
    Transport pipe = pipes.get(number);
    if (pipe == null) {
      throw new IllegalArgumentException(
          "descriptor " + number + " of " + this + " is neither a pipe nor a terminal");
    }
    return pipe;
  }

  @Override
  public Source output(int number) {
    return new ChildSource(pipe(number));
  }

  @Override
  public Deferred<ExitStatus> exited() {
    check();
    return exited.deferred();
  }

  @Override
  public Deferred<ExitStatus> ended() {
    check();
    return ended.deferred();
  }

  @Override
  public boolean running() {
    return status == null;
  }

  private void check() {
    all.reactor.check("this ChildProcess");
  }

  // ---- Its end --------------------------------------------------------------------------------

  @Override
  public void ready(Readiness found) {
    all.reactor.beginCall();
    try {
      if (stopping && command.ownGroup()) {
        child.signalGroup("KILL"); // until it is reaped, its group is nobody else's
      }
      reap();
    } catch (Throwable e) {
      all.reactor.failed("end of " + this, e);
    }
    all.reactor.endCall();
  }

  /** Its descriptor is closed when it has been reaped. */
  @Override
  public void closed() {}

  /** Takes its status, if it has died: whether it has. */
  boolean reap() {
    if (status != null) {
      return true;
    }
    ExitStatus found = child.reap();
    if (found == null) {
      return false;
    }
    status = found;
    if (killing != null) {
      killing.cancel();
      killing = null;
    }
    all.exited(this);
    exited.announce(found);
    sockets.forEach(each -> all.reactor.later(each::died));
    pipes.forEach((number, pipe) -> {
      if (command.wiring().get(number) == Wiring.Pipe.TO_CHILD && !conversing) {
        pipe.loseConnection(); // who should read it is gone
      }
    });
    if (all.reactor.stopping()) {
      // Others that have its pipes do not hold the reactor's end up.
      var _ = all.reactor.callInside(LAST_WORDS, this::closePipes);
    }
    look();
    return true;
  }

  private void closePipes() {
    Set.copyOf(pipes.values()).forEach(Transport::loseConnection);
  }

  private void look() {
    ExitStatus known = status;
    if (known != null && open == 0) {
      ended.announce(known);
    }
  }

  @Override
  public void leave() {
    check();
    if (status == null) {
      if (killing != null) {
        killing.cancel();
        killing = null;
      }
      all.exited(this);
      child.forget();
      left = true;
      sockets.forEach(ChildSocket::release);
    }
  }

  /** Its end will not be known any more. */
  void forget() {
    if (status == null) {
      child.forget();
      left = true;
    }
    sockets.forEach(ChildSocket::release);
  }

  // ---- Signals --------------------------------------------------------------------------------

  @Override
  public boolean signal(String name) {
    check();
    return child.signal(name);
  }

  @Override
  public boolean signalGroup(String name) {
    check();
    if (!command.ownGroup()) {
      throw new IllegalStateException(this + " has no group of its own");
    }
    return child.signalGroup(name);
  }

  private void signalAll(String name) {
    if (command.ownGroup()) {
      child.signalGroup(name);
    } else {
      child.signal(name);
    }
  }

  @Override
  public void kill() {
    check();
    stopping = true;
    signalAll("KILL");
  }

  /** Asks it to end, without a time. */
  void ask() {
    stopping = true;
    signalAll("TERM");
    signalAll("CONT"); // one that is stopped hears nothing
  }

  @Override
  public Deferred<ExitStatus> stop(Duration grace) {
    check();
    if (status == null) {
      ask();
      if (killing != null) {
        killing.cancel();
      }
      killing =
          all.reactor.callInside(
              grace,
              () -> {
                killing = null;
                kill();
              });
    }
    return exited();
  }

  @Override
  public void close() {
    check();
    closePipes();
    end();
  }

  /** Stops it, and waits for nothing. */
  void end() {
    if (status == null && killing == null && !left) {
      var _ = stop(command.grace());
    }
  }

  @Override
  public void resize(WindowSize size) {
    check();
    ChildSocket socket = terminal;
    if (socket == null) {
      throw new IllegalStateException(this + " has no terminal");
    }
    if (socket.isOpen()) {
      child.resize(size);
    }
  }

  @Override
  public String toString() {
    return "process " + child.pid() + ": " + command;
  }
}
