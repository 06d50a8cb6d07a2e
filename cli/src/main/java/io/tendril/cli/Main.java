package io.tendril.cli;

import java.io.PrintWriter;
import java.lang.module.ModuleDescriptor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// The `tendril` command: reads the arguments, runs the subcommand they name, and turns what comes
/// of it into an exit status.
///
/// Status 0 is success, 2 a mistake in the arguments, 1 any other failure. A mistake or failure is
/// one line on standard error.
@Command(
    name = "tendril",
    description = "Event-driven networking: servers, clients and tools.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Main.Version.class)
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  @Option(names = "--stacktrace", description = "Print the stack trace of a failure.")
  private boolean stacktrace;

  private Main() {}

  /// Runs `tendril` and exits with its status.
  ///
  /// @param args the arguments as the user gave them
  public static void main(String[] args) {
    var out = new PrintWriter(System.out, true, System.out.charset());
    var err = new PrintWriter(System.err, true, System.err.charset());
    System.exit(run(out, err, ServiceLoader.load(TendrilCommand.class), args));
  }

  /// Runs the command that `args` name.
  static int run(
      PrintWriter out, PrintWriter err, Iterable<TendrilCommand> commands, String... args) {
    var main = new Main();
    var tendril = new CommandLine(main);
    tendril.setOut(out).setErr(err);
    tendril.getCommandSpec().addOption(help()).addOption(version());
    try {
      add(tendril, commands, args);
    } catch (ServiceConfigurationError
        | IllegalArgumentException
        | CommandLine.InitializationException broken) {
      return main.fail(tendril, 1, broken);
    }
    // These reach the commands that are there by now.
    tendril.setOut(out).setErr(err);
    tendril.setExpandAtFiles(false);
    tendril.setParameterExceptionHandler(
        (mistake, _) -> main.fail(mistake.getCommandLine(), 2, mistake));
    tendril.setExecutionExceptionHandler((failure, command, _) -> main.fail(command, 1, failure));
    var status = tendril.execute(args);
    out.flush();
    err.flush();
    return status;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /// Adds the command that the arguments begin with or, where that is none, all of them. To read
  /// what one is made of is most of the time that a start takes.
  private static void add(CommandLine tendril, Iterable<TendrilCommand> commands, String[] args) {
    Map<String, TendrilCommand> byName = new LinkedHashMap<>();
    for (var command : commands) {
      var name = name(command);
      var other = byName.put(name, command);
      if (other != null) {
        throw new IllegalArgumentException(
            "two commands are called '%s': %s and %s"
                .formatted(name, other.getClass().getName(), command.getClass().getName()));
      }
    }
    var wanted = args.length == 0 ? null : byName.get(args[0]);
    var known =
        wanted == null || wanted instanceof CompletionCommand ? byName.values() : List.of(wanted);
    for (var command : known) {
      var subcommand = new CommandLine(command);
      if (!subcommand.getCommandSpec().optionsMap().containsKey("--help")) {
        subcommand.getCommandSpec().addOption(help());
      }
      tendril.addSubcommand(subcommand);
    }
  }

  private static OptionSpec help() {
    return OptionSpec.builder("-h", "--help")
        .usageHelp(true)
        .description("Print this help.")
        .build();
  }

  private static OptionSpec version() {
    return OptionSpec.builder("-V", "--version")
        .versionHelp(true)
        .description("Print the version.")
        .build();
  }

  private static String name(TendrilCommand command) {
    @Nullable Command declared = command.getClass().getAnnotation(Command.class);
    return declared != null ? declared.name() : new CommandLine(command).getCommandName();
  }

  private int fail(CommandLine command, int status, Throwable failure) {
    var err = command.getErr();
    var name = command.getCommandSpec().qualifiedName();
    var line = new StringBuilder(name).append(": ").append(message(failure));
    if (failure instanceof ParameterException mistake) {
      line.append(suggestion(mistake)).append("; try '").append(name).append(" --help'");
    }
    err.println(line);
    if (stacktrace) {
      failure.printStackTrace(err);
    }
    err.flush();
    return status;
  }

  /// What was meant, if an unknown word looks like one that is known.
  private static String suggestion(ParameterException mistake) {
    if (mistake instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      return "; did you mean '" + unmatched.getSuggestions().getFirst() + "'?";
    }
    return "";
  }

  private static String message(Throwable failure) {
    if (failure instanceof UnmatchedArgumentException unmatched
        && unmatched.getCommandLine().getParent() == null
        && !unmatched.isUnknownOption()) {
      return "there is no command '" + unmatched.getUnmatched().getFirst() + "'";
    }
    @Nullable String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return failure.getClass().getName();
    }
    return Arrays.stream(message.split("\\R"))
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining(" "));
  }

  /// The version of this module and of the Java that runs it.
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"tendril " + ofTendril() + " (Java " + Runtime.version() + ")"};
    }

    private static String ofTendril() {
      @Nullable ModuleDescriptor module = Main.class.getModule().getDescriptor();
      if (module != null) {
        return module.rawVersion().orElse("unknown");
      }
      @Nullable String version = Main.class.getPackage().getImplementationVersion();
      return version != null ? version : "unknown";
    }
  }
}
