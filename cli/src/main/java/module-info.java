/// The `tendril` command. A module adds a subcommand by providing a
/// [io.tendril.cli.TendrilCommand].
module io.tendril.cli {
  requires transitive info.picocli;
  requires io.tendril;
  requires static transitive com.google.errorprone.annotations;
  requires static transitive org.jspecify;

  exports io.tendril.cli;

  opens io.tendril.cli to
      info.picocli;

  uses io.tendril.cli.TendrilCommand;

  provides io.tendril.cli.TendrilCommand with
      io.tendril.cli.CertCommand,
      io.tendril.cli.CompletionCommand,
      io.tendril.cli.PortForwardCommand,
      io.tendril.cli.RestartCommand,
      io.tendril.cli.RunCommand,
      io.tendril.cli.WebCommand;
}
