package io.tendril.testing.descriptors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.testing.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Standard input and output in a shell's hands: pipes, files, the null device, at either end. */
@EnabledOnOs(OS.LINUX)
class StdioTest {
  @TempDir Path directory;

  /** The program as a word of a shell's command. */
  static String program(String use, String endpoint) {
    return "'%s' --enable-native-access=ALL-UNNAMED -cp '%s' %s %s '%s'"
        .formatted(
            Path.of(System.getProperty("java.home"), "bin", "java"),
            System.getProperty("java.class.path"),
            EndpointProgram.class.getName(),
            use,
            endpoint);
  }

  private Program.Output shell(String command) throws Exception {
    return Program.named("sh").in(directory).run("-c", command);
  }

  private void check(String command) throws Exception {
    var output = shell(command);
    assertThat(output.errors()).isEqualTo("up\nlost: Done\noutput: /dev/null\nover\n");
    assertThat(output.status()).isZero();
  }

  @Test
  void inTheMiddleOfAPipeline() throws Exception {
    String much = "0123456789abcdef".repeat(20_000);
    Files.writeString(directory.resolve("from"), much);
    check("cat from | " + program("connect", "stdio:") + " | cat > to");
    assertThat(Files.readString(directory.resolve("to"))).isEqualTo(much.toUpperCase(Locale.ROOT));
  }

  @Test
  void betweenTwoFiles() throws Exception {
    String much = "0123456789abcdef".repeat(20_000);
    Files.writeString(directory.resolve("from"), much);
    check(program("listen", "stdio:") + " < from > to");
    assertThat(Files.readString(directory.resolve("to"))).isEqualTo(much.toUpperCase(Locale.ROOT));
  }

  @Test
  void behindWhatIsInAFileAlready() throws Exception {
    Files.writeString(directory.resolve("to"), "before,");
    check("echo x | " + program("listen", "stdio:") + " >> to");
    assertThat(Files.readString(directory.resolve("to"))).isEqualTo("before,X\n");
  }

  @Test
  void fromTheNullDeviceToIt() throws Exception {
    check(program("connect", "stdio:") + " < /dev/null > /dev/null");
  }

  @Test
  void aReaderThatGoesIsALoss() throws Exception {
    var output = shell("yes | " + program("connect", "stdio:") + " | head -c 3");
    assertThat(output.text()).isEqualTo("Y\nY");
    assertThat(output.errors()).isEqualTo("up\nlost: Lost\noutput: /dev/null\nover\n");
  }

  @Test
  void socatHasItOnASocket() throws Exception {
    Files.writeString(directory.resolve("program"), "exec " + program("connect", "stdio:"));
    var output =
        Program.named("sh").in(directory).run("-c", "echo abc | socat -t 30 - 'EXEC:sh program'");
    assertThat(output.text()).isEqualTo("ABC\n");
  }

  @Test
  void socatHasItOnNumbers() throws Exception {
    Program.need(Files.isExecutable(Path.of("/usr/bin/socat")), "socat");
    Files.writeString(directory.resolve("program"), "exec " + program("connect", "fd:5,6"));
    var output =
        Program.named("sh")
            .in(directory)
            .run("-c", "echo abc | socat -t 30 - 'EXEC:sh program,fdin=5,fdout=6'");
    assertThat(output.text()).isEqualTo("ABC\n");
    Files.writeString(directory.resolve("program"), "exec " + program("connect", "fd:7"));
    output =
        Program.named("sh")
            .in(directory)
            .run("-c", "echo abc | socat -t 30 - 'EXEC:sh program,fdin=7,fdout=7'");
    assertThat(output.text()).isEqualTo("ABC\n");
  }

  @Test
  void aTerminalIsLeftAsItIs() throws Exception {
    Program.need(Files.isExecutable(Path.of("/usr/bin/script")), "script");
    Path python = Path.of("/usr/bin/python3");
    Program.need(Files.isExecutable(python), "python3");
    Files.writeString(
        directory.resolve("look.py"),
        """
        import fcntl, os
        print("waits" if fcntl.fcntl(0, fcntl.F_GETFL) & os.O_NONBLOCK == 0 else "does not wait")
        """);
    Files.writeString(
        directory.resolve("inside"),
        program("connect", "stdio:") + " 2> errors\n" + python + " look.py\n");
    var output =
        Program.named("sh")
            .in(directory)
            .run(
                "-c",
                "(for i in $(seq 600); do grep -q up errors 2> /dev/null && break; sleep 0.1; done;"
                    + " printf 'quit\\n\\004')"
                    + " | script -q -c 'sh inside' /dev/null");
    assertThat(output.text()).contains("QUIT").contains("waits").doesNotContain("does not");
  }
}
