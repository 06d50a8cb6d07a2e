package io.tendril.examples;

import module io.tendril;

/** A web server of several processes. At SIGUSR2 new ones take the places of all of them. */
public final class ManyHands {
  private ManyHands() {}

  static void main(String[] arguments) throws Exception {
    String endpoint = arguments.length > 0 ? arguments[0] : "tcp:8080:interface=127.0.0.1";
    int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2;
    if (WorkerGroup.isWorker()) {
      Reactor.run(reactor -> reactor.listen(endpoint, HttpServer.of(_ -> page())));
      return;
    }
    var workers =
        WorkerGroup.of(OwnProgram.command(), count).listening(endpoint).telling(IO::println);
    Reactor.run(reactor ->
        workers
            .runIn(reactor)
            .thenRun(() -> {
              IO.println("Port " + workers.listeners().getFirst().port());
              RestartSignal.heed(reactor, () -> restart(workers), IO::println);
              var _ = workers.over().exceptionally(_ -> null).thenRun(reactor::stop);
            }));
  }

  private static Response page() {
    return Response.plain("Hello from process " + ProcessHandle.current().pid() + "\n");
  }

  private static void restart(WorkerGroup workers) {
    // What came of it is among the events that are printed.
    var _ = workers.restart().exceptionally(_ -> null);
  }
}
