package io.tendril.cli;

import io.tendril.app.PidFile;
import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.process.OtherProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tendril restart`: has a server's new version take over.
@Command(
    name = "restart",
    sortOptions = false,
    description = {
      "Have a new version of a server take over, without a connection refused: what SIGUSR2 does.",
      "With a file it waits for what comes of it; with a number it does not."
    },
    footer = {
      "",
      "For example:",
      "  tendril web --path /srv/www --pid /run/web.pid",
      "  tendril restart --pid /run/web.pid"
    })
public final class RestartCommand implements TendrilCommand {
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final String SIGNAL = "USR2";

  @Spec private CommandSpec spec;

  @Option(
      names = "--pid",
      paramLabel = "FILE|PID",
      required = true,
      description = "The file that the server was started with as --pid, or a number.")
  private String server = "";

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "90",
      description = "How long to wait for what comes of it. Default: ${DEFAULT-VALUE}")
  private int wait;

  @Override
  public Integer call() throws Exception {
    if (wait < 1) {
      throw new CommandLine.ParameterException(spec.commandLine(), "--wait: at least a second");
    }
    if (server.matches("[0-9]{1,10}")) {
      long process = Long.parseLong(server);
      try (OtherProcess found = find(process)) {
        found.signal(SIGNAL);
      }
      say("process " + process + " has been told to restart");
      return 0;
    }
    Path file = Path.of(server);
    long process;
    try {
      process = PidFile.process(file);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file + ": does the server run?", e);
    }
    PidFile.Restart after;
    try (OtherProcess found = find(process)) {
      long before = PidFile.lastRestart(file).number();
      found.signal(SIGNAL);
      after =
          Reactor.runUntil(
              reactor -> next(reactor, file, before).orTimeout(Duration.ofSeconds(wait)));
    }
    if (after.failure() != null) {
      throw new IOException("not restarted, what was there goes on: " + after.failure());
    }
    long now = PidFile.process(file);
    say(
        now == process
            ? "the workers of process " + process + " have been replaced"
            : "process " + now + " has taken over from process " + process);
    return 0;
  }

  /// One that does not listen for the signal would be ended by it.
  private static OtherProcess find(long number) throws IOException {
    OtherProcess found = OtherProcess.of(number);
    try {
      if (!found.catches(SIGNAL)) {
        throw new IOException("process " + number + " does not listen for SIGUSR2");
      }
      return found;
    } catch (IOException e) {
      found.close();
      throw e;
    }
  }

  private static Deferred<PidFile.Restart> next(Reactor reactor, Path file, long before) {
    return reactor
        .deferToThread(() -> PidFile.lastRestart(file))
        .thenCompose(last ->
            last.number() != before
                ? Deferred.succeeded(last)
                : reactor.after(LOOK).thenCompose(_ -> next(reactor, file, before)));
  }

  private void say(String words) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(words);
    out.flush();
  }
}
