package io.tendril.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `tendril run FILE.java`: runs a program of one source file, without a build tool.
///
/// The launcher does it, since it is Java's own source launcher that compiles and runs the file, in
/// place of this command. Here is what help and completion know of it.
@Command(
    name = "run",
    description = "Run a program of one Java source file.",
    footer = {
      "",
      "For example, with this in echo.java:",
      "  import module io.tendril;",
      "  void main() {",
      "    Reactor.run(reactor -> reactor.listen(\"tcp:8007\",",
      "        Protocol.onData((transport, data) -> transport.write(data))));",
      "  }",
      "it is:",
      "  tendril run echo.java"
    })
public final class RunCommand implements TendrilCommand {
  @Parameters(index = "0", paramLabel = "FILE", description = "The source file.")
  private String file = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "ARGUMENT",
      description = "What the program is given.")
  private List<String> arguments = List.of();

  @Override
  public Integer call() {
    throw new IllegalStateException(
        "the launcher ./tendril runs source files; without it: java -p MODULES --add-modules"
            + " io.tendril "
            + String.join(" ", file, String.join(" ", arguments)).strip());
  }
}
