package io.tendril.testing.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.process.ChildProcess;
import io.tendril.core.process.Command;
import io.tendril.core.process.ExitStatus;
import io.tendril.core.process.WindowSize;
import io.tendril.testing.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs in a terminal of their own. */
class TerminalTest extends ChildFixture {
  private static final char CONTROL_C = 3;
  private static final char ESCAPE = 27;

  @TempDir Path directory;

  /** What a test sees on the screen, and types. */
  private final class Screen {
    final ChildProcess child;
    final StringBuilder seen = new StringBuilder();

    Screen(Command command, WindowSize size) throws Exception {
      child = spawn(command.inTerminal(size));
      var _ = child.output().forEach(data -> seen.append(text(data))).exceptionally(closed -> null);
    }

    void type(String text) {
      child.input().write(text);
    }

    /** Waits until something is to be seen, and forgets what is in front of that. */
    void await(String part) {
      until(() -> seen.indexOf(part) >= 0);
      seen.delete(0, seen.indexOf(part) + part.length());
    }

    void end(String typed, ExitStatus status) throws Exception {
      type(typed);
      assertThat(get(child.ended())).isEqualTo(status);
    }
  }

  private static Command plainShell() {
    return Command.of("/bin/sh", "-i").with("PS1", "ready> ").with("TERM", "vt100").without("ENV");
  }

  private Screen shellScreen() throws Exception {
    var screen = new Screen(plainShell(), new WindowSize(70, 20));
    screen.await("ready> ");
    return screen;
  }

  @Test
  void aShellKnowsTheSizeAndHearsOfChanges() throws Exception {
    var screen = shellScreen();
    screen.type("stty size\n");
    screen.await("\r\n20 70\r\n");
    screen.child.resize(new WindowSize(132, 43));
    screen.type("stty size\n");
    screen.await("43 132\r\n");
    screen.end("exit 3\n", new ExitStatus.Code(3));
    screen.child.resize(WindowSize.USUAL); // nobody is there to see it
  }

  @Test
  void sigwinchFollowsAChange() throws Exception {
    Program.need(Files.exists(Path.of("/bin/bash")), "bash");
    var screen =
        new Screen(
            Command.of(
                "/bin/bash",
                "-c",
                "trap 'stty size; exit 7' WINCH; echo up; while :; do sleep 0.01; done"),
            WindowSize.USUAL);
    screen.await("up");
    screen.child.resize(new WindowSize(90, 30));
    screen.await("30 90");
    assertThat(get(screen.child.ended())).isEqualTo(new ExitStatus.Code(7));
  }

  @Test
  void itControlsItsOwnSession() throws Exception {
    var screen = shellScreen();
    screen.type("tty; cut -d' ' -f1,5,6 /proc/$$/stat; : < /dev/tty && echo con''trols\n");
    screen.await("/dev/pts/");
    // The shell leads its group and its session.
    screen.await("\r\n" + "%1$d %1$d %1$d".formatted(screen.child.pid()) + "\r\n");
    screen.await("controls");
    screen.end("exit\n", new ExitStatus.Code(0));
  }

  @Test
  void controlCEndsWhatRunsAndNotTheShell() throws Exception {
    var screen = shellScreen();
    screen.type("sleep 100; echo sta''tus $?\n");
    until(() -> sleeps(screen.child.pid()));
    screen.type("" + CONTROL_C);
    screen.await("^C");
    screen.await("ready> ");
    screen.type("echo still he''re\n");
    screen.await("still here");
    screen.end("exit 0\n", new ExitStatus.Code(0));
  }

  /** Whether the shell has started the program: by then that has the terminal. */
  private static boolean sleeps(long shell) {
    return ProcessHandle.of(shell)
        .orElseThrow()
        .children()
        .anyMatch(child -> child.info().command().orElse("").endsWith("sleep"));
  }

  @Test
  void viDrawsAScreen() throws Exception {
    Program.need(Files.isExecutable(Path.of("/usr/bin/vi")), "vi");
    Path file = Files.writeString(directory.resolve("file"), "first line\n");
    var screen =
        new Screen(Command.of("vi", "-n", file.toString()).with("TERM", "xterm"), WindowSize.USUAL);
    screen.await("" + ESCAPE + "["); // an escape sequence
    screen.await("first line");
    screen.type("osecond line" + ESCAPE);
    screen.await("second line");
    screen.end(":wq\r", new ExitStatus.Code(0));
    assertThat(Files.readString(file)).isEqualTo("first line\nsecond line\n");
  }

  @Test
  void theEndOfItsInputIsTyped() throws Exception {
    var screen = new Screen(Command.of("cat"), WindowSize.USUAL);
    screen.type("hello\n");
    screen.await("hello\r\nhello\r\n");
    screen.child.input().shutdownOutput();
    assertThat(get(screen.child.ended())).isEqualTo(new ExitStatus.Code(0));
  }

  @Test
  void whoClosesTheTerminalBeforeExitingIsNotHungUpOn() throws Exception {
    var screen =
        new Screen(
            Command.of("/bin/sh", "-c", "exec 0<&- 1>&- 2>&-; sleep 0.1; exit 3"),
            WindowSize.USUAL);
    assertThat(get(screen.child.ended())).isEqualTo(new ExitStatus.Code(3));
  }

  @Test
  void itHangsUpWhenThisSideCloses() throws Exception {
    var screen = new Screen(Command.of("sleep", "100"), WindowSize.USUAL);
    screen.child.input().abortConnection();
    assertThat(get(screen.child.ended())).isEqualTo(new ExitStatus.Signal(1, "HUP", false));
  }

  @Test
  void aConversationInATerminal() throws Exception {
    var connection = reactor.connect("process:/bin/sh:-i:env=PS1=ready> :terminal=60x10");
    List<String> heard = new ArrayList<>();
    var said =
        reactor.async(() -> {
          try (var talk = connection.await()) {
            talk.readUntil("ready> ", 1000);
            talk.write("stty size; exit 5\n");
            talk.readUntil("\r\n", 1000);
            heard.add(talk.readLine());
            return talk.transport().query(ChildProcess.class).exited().await();
          }
        });
    assertThat(get(said)).isEqualTo(new ExitStatus.Code(5));
    assertThat(heard).containsExactly("10 60");
  }

  @Test
  void whatHasNoTerminalHasNoSize() throws Exception {
    var child = spawn(Command.of("true"));
    assertThatThrownBy(() -> child.resize(WindowSize.USUAL))
        .isInstanceOf(IllegalStateException.class);
    assertThat(get(child.ended()).isSuccess()).isTrue();
    assertThatThrownBy(() -> new WindowSize(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WindowSize.parse("80")).isInstanceOf(IllegalArgumentException.class);
    assertThat(WindowSize.parse("80x24")).isEqualTo(WindowSize.USUAL);
  }
}
