package io.tendril.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `tendril completion`: prints a script that completes `tendril`'s commands and options.
@Command(
    name = "completion",
    description = "Print a completion script for bash and zsh.",
    footer = {"", "In bash or zsh:  source <(tendril completion)"})
public final class CompletionCommand implements TendrilCommand {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    var root = spec.root().commandLine();
    root.getOut().print(AutoComplete.bash(root.getCommandName(), root));
    return 0;
  }
}
