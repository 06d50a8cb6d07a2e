package io.tendril.testing.multicast;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.testing.Program;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Groups of IPv6, which the loopback interface does not carry: on a wire of two ends in a network
 * namespace, in which {@link InNamespace} runs. Skipped where there is no right to make one.
 */
@Tag("interop")
@EnabledOnOs(OS.LINUX)
class NamespaceMulticastTest {
  private static final String WIRE =
      """
      set -e
      ip link add v0 type veth peer name v1
      for end in lo v0 v1; do ip link set $end up; done
      ip -6 addr add fd00::1/64 dev v0 nodad
      ip -6 addr add fd00::2/64 dev v0 nodad
      while ip -6 addr show tentative | grep -q inet6; do sleep 0.1; done
      exec "$@"
      """;

  private static String[] inNamespace(String... command) {
    String[] all = new String[command.length + 5];
    System.arraycopy(new String[] {"-rn", "sh", "-c", WIRE, "sh"}, 0, all, 0, 5);
    System.arraycopy(command, 0, all, 5, command.length);
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "linux"})
  void groupsOfSix(String engine) throws Exception {
    Program unshare = Program.named("unshare");
    Program.need(
        unshare.run(inNamespace("true")).status() == 0,
        "right to make a network namespace with a wire");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var output =
        unshare.run(
            inNamespace(
                java,
                "-ea",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                InNamespace.class.getName(),
                engine));
    assertThat(output.succeeded()).contains("all is well on " + engine);
  }
}
