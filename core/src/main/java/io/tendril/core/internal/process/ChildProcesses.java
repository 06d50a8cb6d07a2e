package io.tendril.core.internal.process;

import io.tendril.core.ConnectFailed;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.EngineLacks;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.descriptor.Interest;
import io.tendril.core.internal.Origin;
import io.tendril.core.internal.Waited;
import io.tendril.core.internal.loop.LoopReactor;
import io.tendril.core.internal.net.SocketNetwork;
import io.tendril.core.process.ChildProcess;
import io.tendril.core.process.Command;
import io.tendril.core.process.SpawnFailed;
import io.tendril.core.process.SpawnFailed.Reason;
import io.tendril.core.process.Wiring;
import io.tendril.spi.Children;
import io.tendril.spi.Descriptors;
import io.tendril.spi.Engine;
import io.tendril.spi.Inspection;
import io.tendril.spi.Processes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All children of one reactor. */
public final class ChildProcesses implements Processes {
  private static final String LACKING = "child processes";

  final LoopReactor reactor;
  private final SocketNetwork network;
  private final Engine engine;

  /** Those that are being started. */
  private final Set<Starting> starting = new LinkedHashSet<>();

  private final Set<RunningChild> running = new LinkedHashSet<>();

  public ChildProcesses(LoopReactor reactor, SocketNetwork network, Engine engine) {
    this.reactor = reactor;
    this.network = network;
    this.engine = engine;
  }

  // ---- Starting -------------------------------------------------------------------------------

  /** Each of its pipes is one by itself. */
  @Override
  public Deferred<ChildProcess> spawn(Command command) {
    reactor.check("spawn");
    Promise<ChildProcess> promise = reactor.promise();
    start(
        command,
        promise,
        child -> {
          RunningChild adopted = adopt(child, command);
          try {
            for (Children.End end : child.ends()) {
              open(adopted, end);
            }
          } catch (Exception e) {
            throw failed(adopted, child, e);
          }
          return adopted;
        });
    return promise.deferred();
  }

  @Override
  public <P extends Protocol> Deferred<P> connect(Command command, ProtocolFactory<P> factory) {
    reactor.check("connect");
    check(command);
    Promise<P> promise = reactor.promise();
    start(command, promise, child -> converse(adopt(child, command), child, factory));
    return promise
        .deferred()
        .exceptionallyCompose(
            SpawnFailed.class,
            failure ->
                Deferred.failed(
                    new ConnectFailed.Other(
                        command.program(), ConnectFailed.Phase.CONNECT, failure)));
  }

  private static void check(Command command) {
    Wiring input = command.wiring().get(0);
    Wiring output = command.wiring().get(1);
    boolean pipes = input == Wiring.Pipe.TO_CHILD && output == Wiring.Pipe.FROM_CHILD;
    boolean terminal = input == Wiring.Terminal.TERMINAL && output == Wiring.Terminal.TERMINAL;
    if (!pipes && !terminal) {
      throw new IllegalArgumentException(
          "to talk to " + command + ", its descriptors 0 and 1 have to be pipes or its terminal");
    }
  }

  private static void checkHelpers(Command command) {
    if (command.name() != null && (command.user() != null || !command.limits().isEmpty())) {
      throw new IllegalArgumentException(
          "a program that another one starts, with a user or limits, cannot be given a name");
    }
  }

  /** What becomes of a child that has been started. */
  @FunctionalInterface
  private interface Use<T> {
    T of(Children.Child child) throws Exception;
  }

  /** One that is being started. */
  private static final class Starting {
    final Command command;
    final Attempt attempt;
    final Promise<?> promise;
    @Nullable Deferred<?> call;

    Starting(Command command, Attempt attempt, Promise<?> promise) {
      this.command = command;
      this.attempt = attempt;
      this.promise = promise;
    }
  }

  private <T> void start(Command command, Promise<T> promise, Use<? extends T> use) {
    Children children = engine.children();
    Descriptors descriptors = engine.descriptors();
    Attempt attempt;
    try {
      checkHelpers(command);
      if (children == null || descriptors == null) {
        throw new EngineLacks(LACKING, engine.name(), "linux");
      } else if (reactor.closing()) {
        throw stopped(command);
      }
      attempt = new Attempt(command);
    } catch (IOException e) {
      promise.fail(
          new SpawnFailed(
              command.program(),
              "a descriptor",
              Reason.OUT_OF_DESCRIPTORS,
              0,
              String.valueOf(e.getMessage()),
              e));
      return;
    } catch (RuntimeException e) {
      promise.fail(e);
      return;
    }
    var one = new Starting(command, attempt, promise);
    starting.add(one);
    one.call =
        reactor
            .<Children.Child>deferToThread(() -> attempt.start(children))
            .handle(
                child -> {
                  starting.remove(one);
                  settle(promise, attempt, child, use);
                  return null;
                },
                failure -> {
                  giveUp(one);
                  if (!promise.isDone()) {
                    promise.fail(failure);
                  }
                  return null;
                });
    promise.onCancel(Waited.as("the start of " + command.program(), () -> giveUp(one)));
  }

  private <T> void settle(
      Promise<T> promise, Attempt attempt, Children.Child child, Use<? extends T> use) {
    attempt.taken();
    T made;
    try {
      made = use.of(child);
    } catch (Exception e) {
      promise.fail(e);
      return;
    }
    promise.succeed(made);
  }

  private SpawnFailed stopped(Command command) {
    return new SpawnFailed(
        command.program(),
        command.program(),
        Reason.STOPPED,
        0,
        reactor.name() + " has been stopped",
        null);
  }

  private void giveUp(Starting one) {
    starting.remove(one);
    Children.Child left = one.attempt.abandon();
    if (left != null) {
      discard(left);
    }
    if (one.call != null) {
      one.call.cancel(); // which may be waiting for the other end of a FIFO
    }
  }

  /** The reactor ends before they are there. */
  private void stopStarting() {
    for (Starting each : List.copyOf(starting)) {
      giveUp(each);
      if (!each.promise.isDone()) {
        each.promise.fail(stopped(each.command));
      }
    }
  }

  /** Ends what nobody wants, aside if that can be. */
  private void discard(Children.Child child) {
    var _ =
        reactor
            .<Object>deferToThread(() -> {
              child.discard();
              return child;
            })
            .exceptionally(refused -> {
              child.discard();
              return child;
            });
  }

  // ---- What has been started ------------------------------------------------------------------

  private RunningChild adopt(Children.Child child, Command command) {
    String origin = reactor.debug() ? Origin.here().toString() : null;
    var adopted = new RunningChild(this, command, child, origin);
    running.add(adopted);
    if (reactor.stopping()) {
      adopted.ask(); // as those have been that were there
    }
    try {
      // It ends when the child is reaped, which closes that.
      Descriptors.Watched _ = descriptors().watch(child.descriptor(), Interest.READ, adopted);
    } catch (RuntimeException e) {
      running.remove(adopted);
      discard(child);
      throw new SpawnFailed(
          command.program(),
          "the descriptor of its process",
          Reason.OTHER,
          0,
          String.valueOf(e.getMessage()),
          e);
    }
    return adopted;
  }

  private Descriptors descriptors() {
    Descriptors descriptors = engine.descriptors();
    if (descriptors == null) {
      throw new EngineLacks(LACKING, engine.name(), "linux");
    }
    return descriptors;
  }

  private <P extends Protocol> P converse(
      RunningChild adopted, Children.Child child, ProtocolFactory<P> factory) throws Exception {
    Descriptor input = null;
    Descriptor output = null;
    ChildSocket socket;
    try {
      for (Children.End end : child.ends()) {
        if (end.numbers().contains(1)) {
          input = end.input();
        }
        if (end.numbers().contains(0)) {
          output = end.output();
        } else if (!end.numbers().contains(1)) {
          open(adopted, end);
        }
      }
      adopted.converses();
      socket = socket(adopted, input, output, true);
    } catch (Exception e) {
      throw failed(adopted, child, e);
    }
    try {
      P protocol =
          network.begin(
              socket,
              transport -> {
                adopted.has(List.of(0, 1), transport);
                return factory.build(transport);
              });
      adopted
          .pipe(1)
          .onClosed(reason -> {
            if (reason instanceof ConnectionClosed.Aborted && adopted.running()) {
              adopted.kill();
            }
            adopted.end();
          });
      return protocol;
    } catch (Throwable e) {
      if (e instanceof VirtualMachineError error && !(error instanceof StackOverflowError)) {
        reactor.fatal(error);
      }
      adopted.kill();
      adopted.close();
      throw new ConnectFailed.Other(adopted.command().program(), ConnectFailed.Phase.HANDSHAKE, e);
    }
  }

  /** Makes a transport of this side of some descriptors, until a protocol comes. */
  private void open(RunningChild child, Children.End end) throws Exception {
    ChildSocket socket = socket(child, end.input(), end.output(), false);
    boolean readOnly = end.output() == null;
    Unclaimed _ =
        network.begin(
            socket,
            transport -> {
              child.has(end.numbers(), transport);
              if (end.isTerminal()) { // both ways end at once
                socket.atEnd(() -> reactor.later(transport::shutdownOutput));
              }
              return new Unclaimed(transport, readOnly);
            });
  }

  private ChildSocket socket(
      RunningChild child,
      @Nullable Descriptor input,
      @Nullable Descriptor output,
      boolean conversation)
      throws IOException {
    Engine.StreamSocket stream;
    try {
      stream = network.stream(input, output);
    } catch (IOException | RuntimeException e) {
      closeAll(input, output);
      throw e;
    }
    boolean terminal = input != null && input == output;
    var socket = new ChildSocket(stream, child, conversation, terminal);
    child.knows(socket, terminal);
    return socket;
  }

  private static void closeAll(@Nullable Descriptor input, @Nullable Descriptor output) {
    if (input != null) {
      input.close();
    }
    if (output != null) {
      output.close();
    }
  }

  /** What was started cannot be used: it ends. */
  private static RuntimeException failed(
      RunningChild child, Children.Child started, Exception failure) {
    child.kill();
    child.close();
    started.ends().forEach(end -> closeAll(end.input(), end.output())); // but those of a socket
    return new SpawnFailed(
        child.command().program(),
        "its pipes",
        Reason.OTHER,
        0,
        String.valueOf(failure.getMessage()),
        failure);
  }

  void exited(RunningChild child) {
    running.remove(child);
  }

  // ---- The end --------------------------------------------------------------------------------

  /** Asks all to end, but those that do when their connection does; gives up those to come. */
  public void drain() {
    stopStarting();
    for (RunningChild each : running) {
      if (!each.conversing() && !each.stopping()) { // a second TERM is an order to be quick
        each.ask();
      }
    }
  }

  /** Kills all, and begins none any more. */
  public void killAll() {
    stopStarting();
    running.forEach(RunningChild::kill);
  }

  /** Takes what has died, without waiting, and gives up what has not. */
  public void forgetAll() {
    for (RunningChild each : List.copyOf(running)) {
      if (!each.reap()) {
        each.forget();
      }
    }
    running.clear();
  }

  /** Whether there is none, and none is being started. */
  public boolean isEmpty() {
    return running.isEmpty() && starting.isEmpty();
  }

  /** What there is, for reports. */
  public List<String> describe() {
    List<String> all = new ArrayList<>();
    running.forEach(each -> all.add("child " + each));
    starting.forEach(each -> all.add("child that is being started: " + each.command));
    return all;
  }

  /** What there is. */
  public List<Inspection.Holding> holdings() {
    List<Inspection.Holding> all = new ArrayList<>();
    for (RunningChild each : running) {
      all.add(
          new Inspection.Holding(
              Inspection.Kind.CHILD_PROCESS, each.toString(), each.stopping(), each.origin()));
    }
    for (Starting each : starting) {
      all.add(
          new Inspection.Holding(
              Inspection.Kind.CHILD_PROCESS,
              "that is being started: " + each.command,
              false,
              null));
    }
    return all;
  }
}
