package io.tendril.benchmarks.workers;

import io.tendril.app.OwnProgram;
import io.tendril.app.WorkerGroup;
import io.tendril.app.WorkerStatus;
import io.tendril.benchmarks.load.ServerProcess;
import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** An echo server of several worker processes, and their parent. */
final class WorkersEcho {
  private static final String ENDPOINT = "tcp:0:interface=127.0.0.1:backlog=4096";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private WorkersEcho() {}

  public static void main(String[] arguments) throws Exception {
    if (WorkerGroup.isWorker()) {
      Reactor.run(reactor ->
          reactor.listen(ENDPOINT, Protocol.onData((transport, data) -> transport.write(data))));
      return;
    }
    int count = Integer.parseInt(arguments[0]);
    Reactor reactor = Reactor.create().start();
    // Two signs of life, and so the counters, in each of these times.
    var group =
        WorkerGroup.of(OwnProgram.command(), count)
            .listening(ENDPOINT)
            .withSilence(Duration.ofSeconds(4));
    reactor.blockingCall(() -> group.runIn(reactor), PATIENCE);
    Map<String, LongSupplier> answers = new HashMap<>();
    for (int i = 0; i < count; i++) {
      int place = i;
      answers.put("process " + i, () -> ask(reactor, group, place, WorkerStatus::process));
      answers.put("connections " + i, () -> ask(reactor, group, place, WorkerStatus::connections));
    }
    answers.put(
        "end",
        () -> {
          reactor.stop();
          return 0;
        });
    int port =
        reactor.blockingCall(
            () -> Deferred.succeeded(group.listeners().getFirst().port()), PATIENCE);
    ServerProcess.serve(port, answers);
  }

  private static long ask(
      Reactor reactor, WorkerGroup group, int place, ToLongFunction<WorkerStatus> what) {
    try {
      return reactor.blockingCall(
          () -> Deferred.succeeded(what.applyAsLong(group.workers().get(place))), PATIENCE);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
