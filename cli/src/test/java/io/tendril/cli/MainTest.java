package io.tendril.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /// A command as a plugin brings it; registered in the tests' `META-INF/services`.
  @Command(name = "sample", description = "Does what a test says.")
  public static final class Sample implements TendrilCommand {
    @Option(names = "--fail", description = "Fails with this message.")
    String failure;

    @Option(names = "--status", description = "The exit status.")
    int status;

    @Parameters List<String> words = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
      if (failure != null) {
        throw new Exception(failure);
      }
      System.setProperty("tendril.sample", words.toString());
      return status;
    }
  }

  @Command(name = "misdeclared")
  static final class Misdeclared implements TendrilCommand {
    @Option(names = "--twice")
    private boolean one;

    @Option(names = "--twice")
    private boolean other;

    @Override
    public Integer call() {
      return one == other ? 0 : 1;
    }
  }

  @Command(name = "sample")
  static final class Rival implements TendrilCommand {
    @Override
    public Integer call() {
      return 0;
    }
  }

  private int run(String... args) {
    return run(ServiceLoader.load(TendrilCommand.class), args);
  }

  private int run(Iterable<TendrilCommand> commands, String... args) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), commands, args);
  }

  @Test
  void helpListsTheCommandsThatModulesProvide() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: tendril").contains("completion", "sample");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void eachCommandHasHelp() {
    assertThat(run("sample", "--help")).isZero();
    assertThat(out.toString())
        .startsWith("Usage: tendril sample")
        .contains("Does what a test says.");
  }

  @Test
  void versionNamesTendrilAndJava() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).matches("tendril \\S+ \\(Java \\d\\d.*\\)\\R");
  }

  @Test
  void runsTheCommandAndReturnsItsStatus() {
    assertThat(run("sample", "--status", "7", "a b", "")).isEqualTo(7);
    assertThat(System.clearProperty("tendril.sample")).isEqualTo("[a b, ]");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aFailureIsOneLineAndStatus1() {
    assertThat(run("sample", "--fail", "port 80 is taken:\n  by whom?")).isEqualTo(1);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines("tendril sample: port 80 is taken: by whom?\n");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aFailureShowsItsStackTraceWhenAsked() {
    assertThat(run("--stacktrace", "sample", "--fail", "no")).isEqualTo(1);
    assertThat(err.toString())
        .contains("tendril sample: no", "at io.tendril.cli.MainTest$Sample.call");
  }

  @Test
  void anUnknownOptionIsOneLineAndStatus2() {
    assertThat(run("sample", "--stat=1")).isEqualTo(2);
    assertThat(err.toString())
        .contains("tendril sample: ", "--stat", "did you mean '--status'?", "tendril sample --help")
        .hasLineCount(1);
  }

  @Test
  void anUnknownCommandIsOneLineAndStatus2() {
    assertThat(run("sampel")).isEqualTo(2);
    assertThat(err.toString())
        .contains("tendril: ", "sampel", "did you mean 'sample'?", "tendril --help")
        .hasLineCount(1);
  }

  @Test
  void noCommandIsOneLineAndStatus2() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines("tendril: a command is missing; try 'tendril --help'\n");
  }

  @Test
  void anArgumentIsNeitherReadAsAFileNorTrimmed() {
    assertThat(run("sample", "@nothing", "'quoted'", " x ")).isZero();
    assertThat(System.clearProperty("tendril.sample")).isEqualTo("[@nothing, 'quoted',  x ]");
  }

  @Test
  void readsTheCommandAloneThatIsNamed() {
    var both = List.of(new Sample(), new Misdeclared());
    assertThat(run(both, "sample", "word")).isZero();
    assertThat(System.clearProperty("tendril.sample")).isEqualTo("[word]");
    assertThat(err.toString()).isEmpty();
    assertThat(run(both, "--help")).isEqualTo(1);
    assertThat(err.toString()).contains("'--twice'").hasLineCount(1);
  }

  @Test
  void refusesTwoCommandsOfOneName() {
    assertThat(run(List.of(new Sample(), new Rival()), "--help")).isEqualTo(1);
    assertThat(err.toString())
        .contains("two commands are called 'sample'", Sample.class.getName(), Rival.class.getName())
        .hasLineCount(1);
  }

  @Test
  void aProviderThatCannotBeLoadedIsOneLineAndStatus1() {
    Iterable<TendrilCommand> broken =
        () -> {
          throw new ServiceConfigurationError("io.tendril.cli.TendrilCommand: no such provider");
        };
    assertThat(run(broken, "--help")).isEqualTo(1);
    assertThat(err.toString()).contains("no such provider").hasLineCount(1);
  }

  @Test
  void completionNamesEveryCommand() {
    assertThat(run("completion")).isZero();
    assertThat(out.toString())
        .contains("complete -F _complete_tendril", "sample", "--status", "cert", "--force");
  }
}
