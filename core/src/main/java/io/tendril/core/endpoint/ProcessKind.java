package io.tendril.core.endpoint;

import io.tendril.core.process.Command;
import io.tendril.core.process.WindowSize;
import io.tendril.core.process.Wiring;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** {@code process:} in strings. */
final class ProcessKind implements EndpointKind.Client {
  @Override
  public String name() {
    return "process";
  }

  @Override
  public String clientGrammar() {
    return "process:PROGRAM[:ARGUMENT]...[:dir=DIRECTORY][:env=NAME=VALUE]...[:OPTION=VALUE]...";
  }

  @Override
  public ClientEndpoint client(Arguments arguments) {
    try {
      return new ProcessClientEndpoint(command(arguments));
    } catch (EndpointSyntax e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw arguments.problem(String.valueOf(e.getMessage()));
    }
  }

  private static Command command(Arguments arguments) {
    String program = arguments.required("program", Arguments::text);
    Command command = Command.of(program, arguments.others(text -> text));
    WindowSize size = arguments.option("terminal", WindowSize::parse);
    if (size != null) {
      command = command.inTerminal(size);
    }
    String name = arguments.option("name", text -> text);
    if (name != null) {
      command = command.named(name);
    }
    Path directory = arguments.option("dir", value -> Path.of(Arguments.text(value)));
    if (directory != null) {
      command = command.in(directory);
    }
    Boolean clean = arguments.option("clean-env", Arguments::flag);
    if (clean != null && clean) {
      command = command.withOnly(Map.of());
    }
    for (String each : arguments.options("env", Arguments::text)) {
      int equals = each.indexOf('=');
      command =
          equals < 0
              ? command.without(each)
              : command.with(each.substring(0, equals), each.substring(equals + 1));
    }
    command = withErrors(command, arguments, size != null);
    Duration grace = arguments.option("grace", Arguments::seconds);
    return grace == null ? command : command.within(grace);
  }

  private static Command withErrors(Command command, Arguments arguments, boolean terminal) {
    Wiring errors = arguments.option("stderr", ProcessKind::errors);
    if (errors != null) {
      return command.errors(errors);
    }
    return terminal ? command : command.errors(Wiring.inherited());
  }

  private static Wiring errors(String value) {
    return switch (value) {
      case "inherit" -> Wiring.inherited();
      case "output" -> Wiring.sameAs(1);
      case "null" -> Wiring.nothing();
      default ->
          throw new IllegalArgumentException(
              EndpointSyntax.quoted(value) + " is none of inherit, output and null");
    };
  }
}
