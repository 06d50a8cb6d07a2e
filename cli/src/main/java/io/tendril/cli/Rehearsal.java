package io.tendril.cli;

import io.tendril.core.process.OtherProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ServiceLoader;

/// What the launcher runs once for each build: a server of `tendril`, which is ended when it has
/// said where it serves. Java notes meanwhile what a start takes, for later ones to have it ready.
final class Rehearsal {
  private Rehearsal() {}

  /// Runs `tendril` with these arguments, and exits with its status.
  static void main(String[] args) {
    var out = new PrintWriter(new Listening());
    var err = new PrintWriter(System.err, true, System.err.charset());
    System.exit(Main.run(out, err, ServiceLoader.load(TendrilCommand.class), args));
  }

  /// Ends this process, in order, at the first line.
  private static final class Listening extends Writer {
    private boolean ending;

    @Override
    public void write(char[] text, int offset, int length) {
      if (!ending) {
        ending = true;
        try (var self = OtherProcess.of(ProcessHandle.current().pid())) {
          self.signal("TERM");
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
