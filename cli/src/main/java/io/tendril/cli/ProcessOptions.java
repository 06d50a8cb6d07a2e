package io.tendril.cli;

import io.tendril.app.HotRestart;
import io.tendril.app.OwnProgram;
import io.tendril.app.PidFile;
import io.tendril.app.RestartSignal;
import io.tendril.app.WorkerEvent;
import io.tendril.app.WorkerGroup;
import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorGroup;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// How many processes a server is, and how a new version takes over from it.
final class ProcessOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Serve in so many processes, which share what this one listens at; it starts others in"
              + " place of those that die or hang.")
  private @Nullable Integer workers;

  @Option(
      names = "--pid",
      paramLabel = "FILE",
      description = "Write the number of the process there, for 'tendril restart'.")
  private @Nullable Path pidFile;

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "How long connections may go on in what has been replaced on SIGUSR2."
              + " Default: ${DEFAULT-VALUE}")
  private int drain;

  private @Nullable PidFile written;
  private @Nullable String gaveUp;

  /// Runs a server to its end, in this process or in workers.
  ///
  /// @param places where it listens
  /// @param announce tells where, once it is served; with workers alone
  /// @param reactors on how many reactors each process serves
  /// @param serve starts it in this process
  /// @return the exit status
  int run(
      Supplier<List<Place>> places,
      BiConsumer<Listener, Place> announce,
      ReactorsOption reactors,
      Function<ReactorGroup, Deferred<Void>> serve)
      throws IOException {
    if (drain < 1) {
      throw new ParameterException(spec.commandLine(), "--drain: at least a second");
    } else if (workers != null && (workers < 1 || workers > WorkerGroup.MOST)) {
      throw new ParameterException(
          spec.commandLine(), "--workers: between 1 and " + WorkerGroup.MOST);
    }
    if (workers == null || WorkerGroup.isWorker()) {
      reactors.run(group -> {
        CoroutineDump.heed(group, System.err);
        return serve.apply(group).thenCompose(_ -> replaceable(group.first()));
      });
      return 0;
    }
    var group = group(workers, places.get());
    Reactor.run(reactor -> keep(reactor, group, places.get(), announce));
    return gaveUp == null ? 0 : 1;
  }

  /// Whether this process is a worker, of which there are others that say the same.
  static boolean isWorker() {
    return WorkerGroup.isWorker();
  }

  // ---- One process ----------------------------------------------------------------------------

  /// A new version may take over from this process: from workers their parent sees to that.
  private Deferred<Void> replaceable(Reactor reactor) throws IOException {
    if (isWorker()) {
      return Deferred.done();
    }
    HotRestart restart;
    try {
      restart =
          HotRestart.of(reactor, OwnProgram.command()).withRetirement(Duration.ofSeconds(drain));
    } catch (IOException e) {
      return write(reactor); // another system, where there is no such thing
    }
    // Before the file says whom to send the signal to.
    RestartSignal.heed(reactor, () -> replaceBy(restart), this::refused);
    return write(reactor);
  }

  private void replaceBy(HotRestart restart) {
    say("starts its next version");
    var _ =
        restart
            .restart()
            .handle(
                process -> {
                  say("process " + process + " has taken over");
                  return "";
                },
                failure -> {
                  say("not restarted, what was there goes on: " + failure.getMessage());
                  return words(failure);
                })
            .thenCompose(this::note);
  }

  private void refused(String why) {
    say(why);
    var _ = note(why);
  }

  private Deferred<Void> write(Reactor reactor) {
    return pidFile == null
        ? Deferred.done()
        : PidFile.write(reactor, pidFile)
            .thenAccept(file -> {
              written = file;
            });
  }

  private static String words(Throwable failure) {
    return "" + failure.getMessage();
  }

  /// Writes down why there was no restart; the empty text if there was.
  private Deferred<Void> note(String failure) {
    return written == null
        ? Deferred.done()
        : written
            .restarted(failure.isEmpty() ? null : failure)
            .exceptionally(e -> {
              say("what came of the restart could not be written: " + e.getMessage());
              return null;
            });
  }

  // ---- Workers --------------------------------------------------------------------------------

  private WorkerGroup group(int count, List<Place> places) throws IOException {
    var group =
        WorkerGroup.of(OwnProgram.command(), count)
            .withRetirement(Duration.ofSeconds(drain))
            .telling(this::tell);
    for (Place place : places) {
      group = group.listening(place.endpoint());
    }
    return group;
  }

  private Deferred<Void> keep(
      Reactor reactor,
      WorkerGroup group,
      List<Place> places,
      BiConsumer<Listener, Place> announce) {
    return group
        .runIn(reactor)
        .thenRun(() -> { // before the file says whom to send the signals to
          reactor.onSignal("HUP", () -> group.signal("HUP"));
          reactor.onSignal(
              "USR1",
              () -> {
                group.workers().forEach(worker -> say("" + worker));
                group.signal("USR1");
              });
          RestartSignal.heed(
              reactor,
              () -> {
                var _ =
                    group.restart().handle(_ -> "", ProcessOptions::words).thenCompose(this::note);
              },
              this::refused);
        })
        .thenCompose(_ -> write(reactor))
        .thenRun(() -> {
          for (int i = 0; i < places.size(); i++) {
            announce.accept(group.listeners().get(i), places.get(i));
          }
          var _ =
              group
                  .over()
                  .exceptionally(failure -> {
                    gaveUp = failure.getMessage();
                    return null;
                  })
                  .thenRun(reactor::stop);
        });
  }

  private void tell(WorkerEvent event) {
    boolean wanted =
        switch (event) {
          case WorkerEvent.Started _ -> false;
          case WorkerEvent.Ended ended -> !ended.expected();
          default -> true;
        };
    if (wanted) {
      say("" + event);
    }
  }

  private void say(String words) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(spec.qualifiedName() + ": " + words);
    err.flush();
  }
}
