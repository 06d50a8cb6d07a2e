package io.tendril.cli;

import java.util.concurrent.Callable;

/// A subcommand of `tendril`: a class annotated with picocli's `@Command`, whose `name` is what the
/// user types, with fields annotated `@Option` and `@Parameters`.
///
/// `tendril` finds it by [java.util.ServiceLoader]: a module declares `provides TendrilCommand with
/// ...` and opens the package to `info.picocli`; on the class path it is named in
/// `META-INF/services/io.tendril.cli.TendrilCommand`. A new instance is made in each run, so the
/// constructor must be cheap: `tendril --help` calls it too.
///
/// A command that throws ends `tendril` with status 1 and one line on standard error: the
/// exception's message, which therefore must say what failed and what to do. For a mistake in the
/// arguments throw picocli's `ParameterException`, which ends it with status 2.
public interface TendrilCommand extends Callable<Integer> {
  /// Runs the command, to its end.
  ///
  /// @return the exit status of the process, 0 for success
  /// @throws Exception if the command failed
  @Override
  Integer call() throws Exception;
}
